package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.access.DriverCapability;
import dev.acceld.probe.nvidia.driver.DriverRoot;
import dev.acceld.probe.nvidia.mig.MigSelector;
import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvidiaOptionsTest {
  private static VendorOptions with(Map<String, String> values) {
    Map<String, String> all = new HashMap<>();
    for (VendorSetting setting : NvidiaOptions.SETTINGS) {
      setting.fallback().ifPresent(v -> all.put(setting.name(), v));
    }
    return new VendorOptions(all).with(values);
  }

  @Test
  void theDefaultsAreTheDocumentedOnes() {
    assertThat(NvidiaOptions.of(with(Map.of())))
        .isEqualTo(
            new NvidiaOptions(
                new NvidiaAccess.Settings(
                    DriverRoot.at(Path.of("/")),
                    Path.of("/usr/bin/nvidia-cdi-hook"),
                    DriverCapability.ALL),
                MigSelector.NONE,
                false,
                false));
  }

  @Test
  void theDriverMayBeElsewhereOnTheHost() {
    NvidiaOptions options =
        NvidiaOptions.of(
            with(
                Map.of(
                    "nvidia-driver-root",
                    "/host",
                    "nvidia-host-driver-root",
                    "/",
                    "nvidia-driver-capabilities",
                    "compute, video",
                    "nvidia-mig-remove-foreign",
                    "TRUE",
                    "nvidia-operational-events",
                    "true")));
    assertThat(options.access().root()).isEqualTo(new DriverRoot(Path.of("/host"), Path.of("/")));
    assertThat(options.access().usual())
        .containsExactlyInAnyOrder(DriverCapability.COMPUTE, DriverCapability.VIDEO);
    assertThat(options.migRemoveForeign()).isTrue();
    assertThat(options.operationalEvents()).isTrue();
  }

  @Test
  void onASimulatedMachineDriverAndHookAreItsOwn() {
    Path machine = Path.of("/state/machine");
    NvidiaAccess.Settings access =
        NvidiaOptions.of(NvidiaOptions.simulated(with(Map.of()), machine)).access();
    assertThat(access.root()).isEqualTo(DriverRoot.at(machine));
    assertThat(access.hook()).isEqualTo(machine.resolve("usr/bin/nvidia-cdi-hook"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nvidia-driver-capabilities | compute,grafics | graphics",
        "nvidia-mig-on-demand       | some            | is not a GPU",
        "nvidia-mig-remove-foreign  | yes             | false, true",
        "nvidia-operational-events  | 1               | false, true",
        "nvidia-driver-root         | a\0b            | is not a path",
      })
  void whatCannotBeMeantIsRefusedByTheNameOfItsSetting(String name, String value, String message) {
    assertThatThrownBy(() -> NvidiaOptions.of(with(Map.of(name, value.replace("\\0", "\0")))))
        .isInstanceOfSatisfying(
            VendorOptionException.class, e -> assertThat(e.option()).isEqualTo(name))
        .hasMessageContaining(message);
  }
}
