package dev.acceld.agent.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AliasesTest {
  private static Device gpu(String name, Vendor vendor, OptionalInt index) {
    return new Gpu(
        new DeviceCommon(
            new DeviceName(name),
            "gpu",
            vendor,
            Kind.GPU,
            name,
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of()),
        "",
        "GPU",
        Optional.empty(),
        index,
        OptionalInt.empty(),
        0,
        "");
  }

  /** Each vendor's tools count from 0. */
  @Test
  void gpusOfSeveralVendorsHaveNamesOfTheirOwn() {
    Device nvidia = gpu("gpu-5d2a61a0", Vendor.NVIDIA, OptionalInt.of(0));
    Device amd = gpu("amd-0000-05-00-0", Vendor.AMD, OptionalInt.of(0));
    Device other = gpu("amd-0000-0c-00-0", Vendor.AMD, OptionalInt.of(1));
    Device unknown = gpu("amd-0000-14-00-0", Vendor.AMD, OptionalInt.empty());
    assertThat(Aliases.of(List.of(nvidia, amd, other, unknown)))
        .isEqualTo(Map.of(nvidia.name(), "gpu-0", amd.name(), "amd-0", other.name(), "amd-1"));
  }

  @Test
  void whatHasNoUuidShowsNone() {
    assertThat(DeviceViews.uuid(gpu("amd-0", Vendor.AMD, OptionalInt.empty()))).isNull();
  }
}
