package dev.acceld.snapshot;

import dev.acceld.device.process.DeviceProcess;
import java.util.Comparator;
import java.util.List;

/**
 * The processes that use one device; never more than {@link #MOST} of them one by one. Immutable.
 *
 * @param listed those with the most memory, in that order
 * @param others how many there are besides
 * @param otherBytes the memory that those have, as far as it is known
 */
public record DeviceProcesses(List<ProcessSnapshot> listed, int others, long otherBytes) {
  /** How many are listed. */
  public static final int MOST = 32;

  /** Takes a copy. */
  public DeviceProcesses {
    listed = List.copyOf(listed);
  }

  /** Those of all processes that are to be listed. */
  static List<DeviceProcess> largest(List<DeviceProcess> all) {
    return sorted(all).subList(0, Math.min(MOST, all.size()));
  }

  /** With those listed that were chosen of all. */
  static DeviceProcesses of(List<ProcessSnapshot> listed, List<DeviceProcess> all) {
    List<DeviceProcess> others = sorted(all).subList(Math.min(MOST, all.size()), all.size());
    long bytes = others.stream().mapToLong(each -> each.memoryBytes().orElse(0)).sum();
    return new DeviceProcesses(listed, others.size(), bytes);
  }

  private static List<DeviceProcess> sorted(List<DeviceProcess> all) {
    return all.stream()
        .sorted(
            Comparator.comparingLong((DeviceProcess each) -> -each.memoryBytes().orElse(-1))
                .thenComparingInt(DeviceProcess::pid))
        .toList();
  }
}
