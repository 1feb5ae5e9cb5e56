package dev.acceld.dra.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.nvidia.NvidiaConfigKinds;
import dev.acceld.probe.tpu.slice.SliceSettings;
import dev.acceld.probe.tpu.slice.TpuConfigKind;
import dev.acceld.vendor.InvalidConfigException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The opaque parameters of claims: TpuConfig, GpuConfig and those of NVIDIA's driver. */
class OpaqueConfigFuzz {
  private static final ConfigDecoder DECODER =
      new ConfigDecoder(
          Stream.concat(NvidiaConfigKinds.ALL.stream(), Stream.of(new TpuConfigKind())).toList());

  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        {"apiVersion":"tpu.acceld.dev/v1alpha1","kind":"TpuConfig",\
        "slice":{"topology":"4x4","workers":2,"hostnames":["a-0.svc","a-1.svc"],"workerId":1}}\
        """,
        """
        {"apiVersion":"tpu.acceld.dev/v1alpha1","kind":"TpuConfig",\
        "slice":{"topology":"2x2x4","workers":4}}\
        """,
        """
        {"apiVersion":"gpu.acceld.dev/v1alpha1","kind":"GpuConfig",\
        "driverCapabilities":["compute","utility"]}\
        """,
        """
        {"apiVersion":"resource.nvidia.com/v1beta1","kind":"MigDeviceConfig","sharing":null}\
        """);
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) throws AccessRefusedException {
    Executions.count();
    try {
      DeviceConfig config = DECODER.decode(Inputs.text(bytes));
      Optional<SliceSettings> slice = SliceSettings.of(config.options());
      slice.ifPresent(s -> {
        assertThat(s.workers()).isBetween(1, SliceSettings.MOST_WORKERS);
        assertThat(s.workerId().orElse(0)).isBetween(0, s.workers() - 1);
        assertThat(s.hostnames().size()).isIn(0, s.workers());
      });
    } catch (InvalidConfigException e) {
      assertThat(e.getMessage()).startsWith("$");
    }
  }
}
