package dev.acceld.probe.amd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.provider.MethodSource;

/** The properties of a node of KFD's topology, and lines of amdgpu in the kernel's log. */
class KfdFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        "cpu_cores_count 0\nsimd_count 1216\nsimd_per_cu 4\ngfx_target_version 90402\n"
            + "location_id 1280\ndomain 0\nhive_id 18446744073709551615\nunique_id 1\n",
        "simd_count 4\nsimd_per_cu 18446744073709551615\nlocation_id 4294967295\ndomain 65536",
        "gfx_target_version 18446744073709551616\nsimd_count 1\nlocation_id 1",
        "amdgpu 0000:c3:00.0: amdgpu: {7} socket: 0, die: 1, 2 new uncorrectable hardware errors"
            + " detected in umc block",
        "amdgpu 0000:c3:00.0: amdgpu: GPU reset(1) succeeded!");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    String text = Inputs.text(bytes);
    KfdNode.of(1, KfdTopology.parse(text), OptionalLong.empty())
        .ifPresent(node -> {
          assertThat(node.simdUnits()).isPositive();
          assertThat(node.at().device()).isBetween(0, 31);
          node.computeUnits().ifPresent(units -> assertThat(units).isPositive());
          node.architecture().ifPresent(name -> assertThat(name).matches("gfx[0-9a-f]{3,6}"));
        });
    new AmdgpuKernelLines()
        .read(text)
        .ifPresent(message ->
            message.fault().ifPresent(code -> assertThat(code.reason()).isEqualTo("ras")));
  }
}
