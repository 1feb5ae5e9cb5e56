package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.access.DeviceFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has a device file open, by a {@code /proc} in its place and elsewhere. */
class HostProcessesTest {
  private static final DeviceFile GROUP = DeviceFile.of("/dev/vfio/12", 243, 1);
  private static final DeviceFile NULL = DeviceFile.of("/dev/vfio/13", 1, 3);
  private static final String UID = "0a1b2c3d-0000-1111-2222-333344445555";

  @TempDir Path root;
  private HostTree tree;
  private HostProcesses processes;

  @BeforeEach
  void plant() {
    tree = new HostTree(root);
    processes = new HostProcesses(tree.host());
    tree.file("/proc/cpuinfo", "").file("/proc/self/comm", "java\n");
  }

  private void process(int pid, String command, String... open) {
    tree.file("/proc/" + pid + "/comm", command + "\n");
    for (int fd = 0; fd < open.length; fd++) {
      tree.link("/proc/" + pid + "/fd/" + fd, open[fd]);
    }
  }

  @Test
  void whoHasAFileOpenIsFound() {
    process(7, "sh", "/dev/pts/0", "pipe:[17]");
    process(4711, "python3", "/dev/vfio/vfio", "/dev/vfio/12", "/dev/vfio/12");
    process(4712, "python3", "/dev/vfio/120");
    assertThat(processes.holding(List.of(GROUP, DeviceFile.onHost("/dev/accel0"))))
        .isEqualTo(Map.of(GROUP, Set.of(4711)));
    HostProcesses elsewhere = HostProcesses.below(root.resolve("proc"));
    assertThat(elsewhere.holding(List.of(GROUP))).isEqualTo(Map.of(GROUP, Set.of(4711)));
    assertThat(elsewhere.command(4711)).isEqualTo("python3");
  }

  /** A container may give a device another name: this one is a name of /dev/null, device 1:3. */
  @Test
  void theNumberCountsWhereItIsKnown() {
    process(8, "a", "/dev/null");
    assertThat(processes.holding(List.of(NULL))).isEqualTo(Map.of(NULL, Set.of(8)));
    DeviceFile other = DeviceFile.of("/dev/null", 243, 1);
    assertThat(processes.holding(List.of(other))).isEmpty();
  }

  @Test
  void whoMayNotLookIsTold() {
    assertThat(processes.seesFiles()).isFalse();
    process(1, "java", "/dev/null");
    process(2, "sh", "/dev/null");
    assertThat(processes.seesFiles()).isFalse();
    tree.file("/proc/2/comm", "kthreadd\n");
    assertThat(processes.seesFiles()).isTrue();
    tree.remove("/proc/1/fd");
    assertThat(processes.seesFiles()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podUID.slice/cri-containerd-a.scope",
        "0::/kubepods/besteffort/podUID/a",
        "12:memory:/kubepods.slice/kubepods-podUID.slice/docker-a.scope\n1:name=systemd:/",
        "4:cpu,cpuacct:/kubepods/burstable/podUID/a",
      })
  void thePodIsInTheControlGroup(String cgroup) {
    boolean systemd = cgroup.contains(".slice");
    String uid = systemd ? UID.replace('-', '_') : UID;
    tree.file("/proc/9/cgroup", cgroup.replace("UID", uid) + "\n");
    assertThat(processes.podUid(9)).contains(UID);
    assertThat(processes.podUid(10)).isEmpty();
  }
}
