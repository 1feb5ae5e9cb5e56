package dev.acceld.snapshot;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Sample;
import dev.acceld.device.Summary;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRules;
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
 * @param summaries what the workload on it tells of its work
 * @param health the verdict; empty when there is none
 * @param faults how often each fault was seen since the agent started
 * @param rules what its vendor knows of faults
 * @param holders the claims that hold it, in the order in which they were prepared; admin access
 *     holds nothing
 * @param processes who uses it; empty when that is not known or was not asked for
 */
public record DeviceSnapshot(
    Device device,
    Optional<Gpu> whole,
    boolean present,
    Sample readings,
    List<Summary> summaries,
    Optional<HealthReport> health,
    Map<FaultCode, Long> faults,
    HealthRules rules,
    List<Holder> holders,
    Optional<DeviceProcesses> processes) {

  /** Without processes. */
  public DeviceSnapshot(
      Device device,
      Optional<Gpu> whole,
      boolean present,
      Sample readings,
      List<Summary> summaries,
      Optional<HealthReport> health,
      Map<FaultCode, Long> faults,
      HealthRules rules,
      List<Holder> holders) {
    this(
        device,
        whole,
        present,
        readings,
        summaries,
        health,
        faults,
        rules,
        holders,
        Optional.empty());
  }

  /** The holder, when there is exactly one: only then is a device's value that claim's. */
  public Optional<Holder> soleHolder() {
    return holders.size() == 1 ? Optional.of(holders.getFirst()) : Optional.empty();
  }
}
