package dev.acceld.probe.tpu;

import dev.acceld.host.HostFs;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.tpu.host.ConfiguredFacts;
import dev.acceld.probe.tpu.shape.ShapeChoice;
import java.util.Optional;

/** Probes and planners that ask no metadata server. */
final class TpuTests {
  private TpuTests() {}

  static TpuHost host(HostFs fs) {
    return host(fs, "proven", "");
  }

  /** With values of the settings. */
  static TpuHost host(HostFs fs, String shapes, String facts) {
    return new TpuHost(
        fs,
        new TpuOptions(
            ShapeChoice.parse(shapes),
            ConfiguredFacts.parse("--tpu-host-facts", facts),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false),
        ClusterView.NONE);
  }

  static TpuProbe probe(HostFs fs) {
    return probe(fs, host(fs));
  }

  static TpuProbe probe(HostFs fs, TpuHost host) {
    return new TpuProbe(fs, host, new TpuWorkloads(ClusterView.NONE));
  }

  static TpuAccess access(HostFs fs) {
    return new TpuAccess(fs, host(fs));
  }
}
