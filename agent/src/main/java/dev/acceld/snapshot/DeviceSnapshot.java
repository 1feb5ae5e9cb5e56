package dev.acceld.snapshot;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Sample;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One device at one moment. Immutable.
 *
 * @param device the device
 * @param whole the GPU that it is a partition of
 * @param present false when it has vanished
 * @param readings what was measured; empty when it has vanished or is not read
 * @param health the verdict; empty when there is none
 * @param xids how often each XID was seen since the agent started
 * @param holders the claims that hold it, in the order in which they were prepared; admin access
 *     holds nothing
 */
public record DeviceSnapshot(
    Device device,
    Optional<Gpu> whole,
    boolean present,
    Sample readings,
    Optional<HealthReport> health,
    Map<Long, Long> xids,
    List<Holder> holders) {

  /** The holder, when there is exactly one: only then is a device's value that claim's. */
  public Optional<Holder> soleHolder() {
    return holders.size() == 1 ? Optional.of(holders.getFirst()) : Optional.empty();
  }
}
