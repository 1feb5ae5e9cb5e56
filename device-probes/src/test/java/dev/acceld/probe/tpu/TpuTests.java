package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Kind;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.tpu.host.ConfiguredFacts;
import dev.acceld.probe.tpu.shape.ShapeChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

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
            false,
            Optional.empty(),
            Duration.ofSeconds(30)),
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

  /**
   * Chips of one host, from the first on, without a PCI bus around them.
   *
   * @param file what their device files begin with
   */
  static List<Device> chips(String generation, String file, int count, int onHost) {
    List<Device> chips = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DeviceCommon common =
          new DeviceCommon(
              new DeviceName("tpu-" + i),
              "tpu-chip",
              Vendor.GOOGLE,
              Kind.TPU,
              "tpu-" + i,
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              Map.of(),
              Map.of(),
              List.of(DeviceFile.onHost(file + i)));
      chips.add(new TpuChip(common, generation, i, OptionalLong.empty(), onHost));
    }
    return chips;
  }
}
