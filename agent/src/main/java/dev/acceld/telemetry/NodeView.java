package dev.acceld.telemetry;

import dev.acceld.device.Device;
import dev.acceld.device.HealthReport;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Sample;
import dev.acceld.device.Summary;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.signals.PodSignals;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.DeviceProcesses;
import dev.acceld.usage.ClaimUsage;
import dev.acceld.usage.UsageReport;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRules;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one scrape sees: a {@link dev.acceld.snapshot.NodeSnapshot} with the label sets of its
 * devices, so that all series of a scrape tell of the same moment.
 *
 * @param order a later view has a higher number, and readings that are no older
 * @param rows one for each device
 * @param probes how the probes are doing
 * @param claims the prepared claims; null when they could not be learned
 * @param containers which containers use claims, and what device plugins gave to them
 * @param pods what pods have and how busy it is, by the labels that name a pod
 * @param readingsAges how old the last sample of each probe is
 * @param usage what claims have used
 * @param claimLabels the labels of each claim in it
 */
record NodeView(
    long order,
    List<Row> rows,
    List<ProbeStatus> probes,
    @Nullable List<PreparedClaim> claims,
    ContainerUses containers,
    Map<Labels, PodSignals> pods,
    Map<String, Duration> readingsAges,
    UsageReport usage,
    Map<ClaimRef, Labels> claimLabels) {

  /** Nothing is known. */
  static final NodeView EMPTY =
      new NodeView(
          0,
          List.of(),
          List.of(),
          null,
          ContainerUses.NONE,
          Map.of(),
          Map.of(),
          UsageReport.EMPTY,
          Map.of());

  /** The labels of a claim of {@link #usage}. */
  Labels labels(ClaimUsage of) {
    return claimLabels.getOrDefault(of.claim(), Labels.EMPTY);
  }

  /**
   * One device.
   *
   * @param device the device
   * @param labels its label sets
   * @param present false when it has vanished
   * @param readings what was measured; empty when it has vanished or is not read
   * @param summaries what the workload on it tells of its work
   * @param health the verdict; null when there is none
   * @param faults counts by fault
   * @param rules what its vendor knows of faults
   * @param processes who uses it; null when that is not known or not served
   */
  record Row(
      Device device,
      DeviceLabels labels,
      boolean present,
      Sample readings,
      List<Summary> summaries,
      @Nullable HealthReport health,
      Map<FaultCode, Long> faults,
      HealthRules rules,
      @Nullable DeviceProcesses processes) {}
}
