package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which pods have a process, as far as the agent can see the host's. */
class PodProcessesTest {
  private static final String ONE = "00000000-0000-4000-8000-000000000001";
  private static final String OTHER = "00000000-0000-4000-8000-000000000002";

  @TempDir Path dir;

  @Test
  void theHostsProcessesTellTheirPods() {
    HostTree tree =
        new HostTree(dir)
            .file("/proc/2/comm", "kthreadd\n")
            .file("/proc/2/cgroup", "0::/\n")
            .file(
                "/proc/4711/cgroup",
                "0::/../kubepods-burstable-pod" + ONE.replace('-', '_') + ".slice/cri-a.scope\n")
            .file("/proc/4712/cgroup", "0::/kubepods/besteffort/pod" + OTHER + "/b\n");
    assertThat(new PodProcesses(tree.host(), Optional.empty()).pods().orElseThrow())
        .containsExactlyInAnyOrder(ONE, OTHER);
  }

  @Test
  void aContainersOwnProcessesTellNothing() {
    HostTree tree =
        new HostTree(dir)
            .file("/proc/1/comm", "java\n")
            .file("/proc/4711/cgroup", "0::/kubepods/besteffort/pod" + OTHER + "/b\n");
    assertThat(new PodProcesses(tree.host(), Optional.empty()).pods()).isEmpty();
  }

  @Test
  void noPodAtAllIsNoProof() {
    HostTree tree =
        new HostTree(dir)
            .file("/proc/2/comm", "kthreadd\n")
            .file("/proc/4711/cgroup", "0::/named/otherwise\n");
    assertThat(new PodProcesses(tree.host(), Optional.empty()).pods()).isEmpty();
  }

  @Test
  void theHostsControlGroupsTellThePodsThatAreNotEmpty() {
    String pods = "/sys/fs/cgroup/kubepods.slice";
    HostTree tree =
        new HostTree(dir)
            .file(
                pods + "/kubepods-pod" + ONE.replace('-', '_') + ".slice/cgroup.events",
                "populated 1\nfrozen 0\n")
            .file(
                pods
                    + "/kubepods-burstable.slice/kubepods-burstable-pod"
                    + OTHER.replace('-', '_')
                    + ".slice/cgroup.events",
                "populated 0\nfrozen 0\n");
    assertThat(new PodProcesses(tree.host(), Optional.empty()).pods().orElseThrow())
        .containsExactly(ONE);
  }

  /** Version 1 has a tree for each controller, here where a container is given the host's. */
  @Test
  void controlGroupsOfVersionOneTellThePodsThatTheKubeletHasNotRemoved() {
    HostTree tree =
        new HostTree(dir)
            .file("/given/memory/kubepods/pod" + ONE + "/a/cgroup.procs", "4711\n")
            .file("/given/memory/kubepods/besteffort/pod" + OTHER + "/b/cgroup.procs", "4712\n");
    assertThat(
            new PodProcesses(tree.host(), Optional.of(tree.host().root().resolve("given")))
                .pods()
                .orElseThrow())
        .containsExactlyInAnyOrder(ONE, OTHER);
    assertThat(new PodProcesses(tree.host(), Optional.empty()).pods()).isEmpty();
  }
}
