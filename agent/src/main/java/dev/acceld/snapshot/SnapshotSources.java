package dev.acceld.snapshot;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.Readings;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.host.ProcessTable;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRulebook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where a snapshot finds what is known. Each supplier is asked exactly once for each snapshot, on
 * the caller's thread, and must answer at once with an immutable value; one that throws costs what
 * is made from it.
 *
 * @param inventory the devices
 * @param readings the latest sample of what is read well enough to be shown as the present
 * @param readingsAges how old the last sample of each probe is, shown or not
 * @param health the latest verdicts
 * @param claims the claims as prepared now
 * @param containers what the kubelet told last of the containers
 * @param faults how often each fault was seen since the agent started, by device and code
 * @param rules what is known of the faults of devices, as an operator wants it
 * @param processes what the ids of processes mean; asked only for a snapshot with processes
 */
public record SnapshotSources(
    Supplier<Inventory> inventory,
    Supplier<Readings> readings,
    Supplier<Map<String, Duration>> readingsAges,
    Supplier<Map<DeviceName, HealthReport>> health,
    Supplier<List<PreparedClaim>> claims,
    Supplier<ContainerUses> containers,
    Supplier<Map<DeviceName, Map<FaultCode, Long>>> faults,
    Supplier<HealthRulebook> rules,
    ProcessTable processes) {

  /** Without the processes of the host. */
  public SnapshotSources(
      Supplier<Inventory> inventory,
      Supplier<Readings> readings,
      Supplier<Map<String, Duration>> readingsAges,
      Supplier<Map<DeviceName, HealthReport>> health,
      Supplier<List<PreparedClaim>> claims,
      Supplier<ContainerUses> containers,
      Supplier<Map<DeviceName, Map<FaultCode, Long>>> faults,
      Supplier<HealthRulebook> rules) {
    this(
        inventory,
        readings,
        readingsAges,
        health,
        claims,
        containers,
        faults,
        rules,
        ProcessTable.NONE);
  }
}
