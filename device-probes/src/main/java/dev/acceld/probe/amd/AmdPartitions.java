package dev.acceld.probe.amd;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How GPUs are divided. A mode that cannot be read now is the one that was read last: the driver
 * writes {@code UNKNOWN}, or nothing, while it is busy with the GPU. Not safe for threads.
 */
final class AmdPartitions {
  private static final String COMPUTE = "current_compute_partition";
  private static final String MEMORY = "current_memory_partition";
  private static final Pattern COMPUTE_MODE = Pattern.compile("[A-Z]{3}");
  private static final Pattern MEMORY_MODE = Pattern.compile("NPS\\d");
  private static final int MOST_BYTES = 64;

  private final HostFs host;
  private final Map<PciAddress, String> compute = new HashMap<>();
  private final Map<PciAddress, String> memory = new HashMap<>();

  AmdPartitions(HostFs host) {
    this.host = host;
  }

  /**
   * Whether a GPU has a mode and does not tell it, so that it may be divided. One without the file,
   * and one whose file is empty (MI210, Radeon), cannot be.
   */
  boolean isUnknown(PciAddress at) {
    String path = AmdGpus.directory(at) + COMPUTE;
    return compute(at).isEmpty()
        && host.file(path).read(MOST_BYTES, AmdPartitions::saysSomething, host.exists(path));
  }

  private static boolean saysSomething(byte[] bytes, int end) {
    return !new String(bytes, 0, end, StandardCharsets.ISO_8859_1).isBlank();
  }

  /** Its compute partition mode, {@code SPX}; empty for one that has none or never told it. */
  Optional<String> compute(PciAddress at) {
    return mode(at, COMPUTE, COMPUTE_MODE, compute);
  }

  /** Its memory partition mode, {@code NPS1}; likewise. */
  Optional<String> memory(PciAddress at) {
    return mode(at, MEMORY, MEMORY_MODE, memory);
  }

  private Optional<String> mode(
      PciAddress at, String file, Pattern form, Map<PciAddress, String> last) {
    String path = AmdGpus.directory(at) + file;
    Optional<String> now = host.text(path).filter(mode -> form.matcher(mode).matches());
    if (now.isPresent()) {
      last.put(at, now.get());
    } else if (!host.exists(path)) {
      last.remove(at);
    }
    return Optional.ofNullable(last.get(at));
  }

  /** Forgets all GPUs but these. */
  void retain(Collection<PciAddress> places) {
    compute.keySet().retainAll(places);
    memory.keySet().retainAll(places);
  }
}
