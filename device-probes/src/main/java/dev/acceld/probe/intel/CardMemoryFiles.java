package dev.acceld.probe.intel;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The size of a card's memory where sysfs tells it: Intel's own releases of the drivers do ({@code
 * physical_vram_size_bytes} of xe, {@code lmem_total_bytes} of i915), those of the kernel do not.
 * The size of a BAR is not taken: a BAR is a power of two, and often smaller or larger.
 */
final class CardMemoryFiles {
  private static final Pattern TILE = Pattern.compile("tile\\d{1,2}");

  private CardMemoryFiles() {}

  /** In bytes, all tiles together; empty when a tile does not tell. */
  static OptionalLong total(HostFs host, PciAddress at, OptionalInt card) {
    String device = IntelNodes.directory(at);
    long sum = 0;
    for (String tile : host.names(device)) {
      if (TILE.matcher(tile).matches()) {
        OptionalLong bytes = host.number(device + "/" + tile + "/physical_vram_size_bytes");
        if (!isSize(bytes)) {
          return OptionalLong.empty();
        }
        sum += bytes.getAsLong();
      }
    }
    if (sum > 0) {
      return OptionalLong.of(sum);
    }
    OptionalLong bytes = host.number(device + "/drm/card" + card.orElse(0) + "/lmem_total_bytes");
    return isSize(bytes) ? bytes : OptionalLong.empty();
  }

  /** A card has less than 2^48 bytes. */
  private static boolean isSize(OptionalLong bytes) {
    return bytes.isPresent() && bytes.getAsLong() > 0 && bytes.getAsLong() >>> 48 == 0;
  }
}
