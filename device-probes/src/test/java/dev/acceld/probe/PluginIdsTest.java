package dev.acceld.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.probe.nvidia.NvidiaModule;
import dev.acceld.probe.tpu.TpuModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How device plugins name devices to the kubelet. */
class PluginIdsTest {

  private static DeviceCommon common(String name, Vendor vendor, Kind kind) {
    return new DeviceCommon(
        new DeviceName(name),
        "any",
        vendor,
        kind,
        name,
        Optional.of(new PciAddress(0, 0, 5, 0)),
        Optional.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static final Gpu GPU =
      new Gpu(
          common("gpu-0", Vendor.NVIDIA, Kind.GPU),
          "GPU-1",
          "H100",
          Optional.empty(),
          OptionalInt.of(0),
          OptionalInt.of(0),
          80L << 30,
          "580");

  private static MigDevice mig(Optional<MigDevice.Instance> instance) {
    return new MigDevice(
        common("mig-0", Vendor.NVIDIA, Kind.GPU),
        new DeviceName("gpu-0"),
        "GPU-1",
        "H100",
        "1g.10gb",
        new MigDevice.Shape(19, 6, 1),
        instance,
        10L << 30,
        "580",
        false);
  }

  private static TpuChip chip(String generation) {
    return new TpuChip(
        common("tpu-0", Vendor.GOOGLE, Kind.TPU), generation, 3, OptionalLong.empty(), 4);
  }

  private static boolean named(Device device, String id) {
    return Stream.of(new NvidiaModule(), new TpuModule())
        .filter(module -> module.vendor().equals(device.common().vendor()))
        .anyMatch(module -> module.isPluginId(device, id));
  }

  @Test
  void aGpuAndAPartitionByTheirUuidAlsoWhenTimeIsSliced() {
    MigDevice part = mig(Optional.of(new MigDevice.Instance("MIG-1", 9, 0)));
    assertThat(named(GPU, "GPU-1")).isTrue();
    assertThat(named(GPU, "GPU-1::7")).isTrue();
    assertThat(named(GPU, "GPU-10")).isFalse();
    assertThat(named(part, "MIG-1::0")).isTrue();
    assertThat(named(part, "GPU-1")).as("the whole GPU").isFalse();
    assertThat(named(mig(Optional.empty()), "MIG-1")).isFalse();
  }

  @Test
  void aChipByAddressOrNumberButNotByNumbersThatCountFunctions() {
    assertThat(named(chip("v5e"), "3")).isTrue();
    assertThat(named(chip("v5e"), "30")).isFalse();
    assertThat(named(chip("v5e"), "0000:00:05.0")).isTrue();
    assertThat(named(chip("v5e"), "0000:00:06.0")).isFalse();
    assertThat(named(chip("tpu7x"), "3")).isFalse();
    assertThat(named(chip("tpu7x"), "0000:00:05.0")).isTrue();
  }
}
