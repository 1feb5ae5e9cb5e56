package dev.acceld.probe.nvidia.mig;

import dev.acceld.device.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which GPUs are cut into partitions on demand.
 *
 * @param all every GPU that can
 * @param named published names, UUIDs, PCI addresses and indices, in lower case
 */
public record MigSelector(boolean all, List<String> named) {
  /** None. */
  public static final MigSelector NONE = new MigSelector(false, List.of());

  private static final Pattern FORM =
      Pattern.compile(
          "\\d{1,3}|gpu-[0-9a-f]{8}(-[0-9a-f]{4,12}){0,4}"
              + "|[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

  /** Takes a copy. */
  public MigSelector {
    named = List.copyOf(named);
  }

  /**
   * Reads {@code all}, {@code none}, or a list with commas.
   *
   * @throws IllegalArgumentException naming what cannot be meant and what can
   */
  public static MigSelector parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.isEmpty() || lower.equals("none")) {
      return NONE;
    }
    if (lower.equals("all")) {
      return new MigSelector(true, List.of());
    }
    List<String> named = new ArrayList<>();
    for (String one : lower.split(",", -1)) {
      if (!FORM.matcher(one.strip()).matches()) {
        throw new IllegalArgumentException(
            "'"
                + one.strip()
                + "' is not a GPU; use all, none, or a list of published names (gpu-85e2fec2),"
                + " UUIDs, PCI addresses (0000:0f:00.0) and indices");
      }
      named.add(one.strip());
    }
    return new MigSelector(false, named);
  }

  /** Whether that GPU is meant. */
  public boolean selects(Gpu gpu) {
    return all
        || named.contains(gpu.name().value())
        || named.contains(gpu.uuid().toLowerCase(Locale.ROOT))
        || gpu.common().pci().filter(pci -> named.contains(pci.toString())).isPresent()
        || gpu.index().isPresent() && named.contains(String.valueOf(gpu.index().getAsInt()));
  }

  /** True when no GPU is. */
  public boolean isEmpty() {
    return !all && named.isEmpty();
  }
}
