package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code /proc/PID/cgroup} and {@code /proc/devices}. */
class ProcFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        "0::/kubepods.slice/kubepods-pod1b4e28ba_2fa1_11d2_883f_0016d3cca427.slice/cri-x.scope",
        "3:cpu:/kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-0016d3cca427/abc",
        "Character devices:\n  1 mem\n195 nvidia-frontend\n511 vfio\n\nBlock devices:\n  8 sd\n");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    String text = Inputs.text(bytes);
    ControlGroup group = ControlGroup.of(text);
    group
        .podUid()
        .ifPresent(uid ->
            assertThat(uid).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}"));
    group.containerId().ifPresent(id -> assertThat(id).matches("[0-9a-f]{64}"));
    assertThat(group.host() && group.podUid().isPresent()).isFalse();
    HostProcesses.startTicksIn(text);
    CharDevices.majors(text)
        .forEach((name, major) -> {
          assertThat(name).isNotBlank();
          assertThat(major).isNotNegative();
        });
  }
}
