package dev.acceld.agent.kubernetes;

import dev.acceld.device.HealthReport;
import dev.acceld.dra.kubelet.KubeletPluginObserver;
import dev.acceld.telemetry.meters.FaultMeters;
import java.util.List;

/** Lets the meters know when the kubelet has heard of a fault. */
record HealthSent(FaultMeters faults) implements KubeletPluginObserver {
  @Override
  public void healthSent(List<HealthReport> reports) {
    faults.sent(reports);
  }
}
