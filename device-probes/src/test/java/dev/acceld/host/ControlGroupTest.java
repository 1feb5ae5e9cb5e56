package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a process is, by its control groups, and that a path of another form is nobody's. */
class ControlGroupTest {
  private static final String UID = "0a1b2c3d-0000-1111-2222-333344445555";
  private static final String OTHER = "99999999-0000-1111-2222-333344445555";
  private static final String STATIC = "5d6c1b4a0f3e2d1c0b9a8f7e6d5c4b3a";
  private static final String ID = "c0ffee00".repeat(8);

  private static ControlGroup of(String text) {
    return ControlGroup.of(
        text.replace("U_ID", UID.replace('-', '_'))
            .replace("UID", UID)
            .replace("OTHER", OTHER)
            .replace("STATIC", STATIC)
            .replace("ID64", ID)
            .replace("|", "\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // containerd, systemd driver, version 2; each class of service
        "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podU_ID.slice/cri-containerd-ID64.scope",
        "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podU_ID.slice/cri-containerd-ID64.scope",
        "0::/kubepods.slice/kubepods-podU_ID.slice/cri-containerd-ID64.scope",
        // containerd, cgroupfs driver
        "0::/kubepods/besteffort/podUID/ID64",
        "0::/kubepods/podUID/ID64",
        // containerd with cgroupfs under a kubelet with systemd
        "0::/system.slice/containerd.service/kubepods-burstable-podU_ID.slice:cri-containerd:ID64",
        // cri-o
        "0::/kubepods.slice/kubepods-podU_ID.slice/crio-ID64.scope",
        "0::/kubepods/burstable/podUID/crio-ID64",
        "0::/kubepods.slice/kubepods-podU_ID.slice/crio-ID64.scope/container",
        // Docker and Podman
        "0::/kubepods.slice/kubepods-podU_ID.slice/docker-ID64.scope",
        "0::/kubepods.slice/kubepods-podU_ID.slice/libpod-ID64.scope",
        // kind, and a kubelet with a cgroup root
        "0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-podU_ID.slice/cri-containerd-ID64.scope",
        "0::/docker/ID64/kubelet/kubepods/besteffort/podUID/ID64",
        "0::/some/root/kubepods/podUID/ID64",
        // seen from another pod, in a namespace of control groups
        "0::/../../kubepods-podU_ID.slice/cri-containerd-ID64.scope",
        "0::/../../podUID/ID64",
        "0::/../../../besteffort/podUID/ID64",
        // version 1, and both
        "12:memory:/kubepods/burstable/podUID/ID64|4:cpu,cpuacct:/kubepods/burstable/podUID/ID64|1:name=systemd:/kubepods/burstable/podUID/ID64",
        "5:devices:/kubepods.slice/kubepods-podU_ID.slice/docker-ID64.scope|1:name=systemd:/|0::/",
        // a group of its own, below the container's
        "0::/kubepods/podUID/ID64/app/kubepods/podOTHER/worker",
      })
  void aContainersProcessIsItsPods(String file) {
    assertThat(of(file)).isEqualTo(new ControlGroup(Optional.of(UID), Optional.of(ID), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0::/kubepods.slice/kubepods-podU_ID.slice/crio-conmon-ID64.scope",
        "0::/kubepods.slice/kubepods-podU_ID.slice/cri-containerd-abc.scope",
        "0::/kubepods/podUID",
        "1:cpu:/kubepods/podUID/ID64|2:pids:/kubepods/podUID/c1ffee000000000000000000000000000000000000000000000000000000dead",
      })
  void whatIsInNoContainerIsThePodsAllTheSame(String file) {
    assertThat(of(file)).isEqualTo(new ControlGroup(Optional.of(UID), Optional.empty(), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podSTATIC.slice/cri-containerd-ID64.scope",
        "0::/kubepods/burstable/podSTATIC/ID64",
      })
  void aStaticPodHasTheHashThatTheKubeletGivesIt(String file) {
    assertThat(of(file).podUid()).contains(STATIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0::/system.slice/nvidia-persistenced.service",
        "0::/user.slice/user-1000.slice/session-3.scope",
        "0::/init.scope",
        "0::/../../../system.slice/dcgm.service",
        "2:cpu:/system.slice/a.service|1:name=systemd:/system.slice/a.service",
      })
  void servicesAndLoginsAreTheHosts(String file) {
    assertThat(of(file)).isEqualTo(new ControlGroup(Optional.empty(), Optional.empty(), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "0::/",
        "0::/..",
        "0::/docker/ID64",
        "0::/system.slice/docker-ID64.scope",
        "0::/system.slice/containerd.service/ID64",
        "0::/kubepods.slice/kubepods-burstable.slice",
        "0::/kubepods/podunknown/ID64",
        "0::/kubepods.slice/kubepods-pod0a1b2c3d.slice/cri-containerd-ID64.scope",
        "0::/pods/UID/ID64",
        "0::/custom/podUID/ID64",
        "0::/podUID/ID64",
        "0::/../custom/podUID/ID64",
        "0::/nested-kubepods-like/xkubepods-podUID/ID64",
        // a user's own group
        "0::/user.slice/user-1000.slice/user@1000.service/kubepods/podUID/ID64",
        // two pods at once
        "1:cpu:/kubepods/podUID/ID64|2:pids:/kubepods/podOTHER/ID64",
        "1:cpu:/system.slice/a.service|2:pids:/elsewhere",
      })
  void aPathOfAnotherFormIsNobodys(String file) {
    assertThat(of(file)).isEqualTo(ControlGroup.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "7 (sh) S,''",
    "'',''",
    "'9 (a) b) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 20',777"
  })
  void theStartTimeIsBehindTheName(String stat, String start) {
    String found =
        HostProcesses.startTicksIn(stat).stream().mapToObj(Long::toString).findFirst().orElse("");
    assertThat(found).isEqualTo(start);
  }

  @Test
  void aProcessOfThisMachineHasAStartTime() {
    HostProcesses here = new HostProcesses(new HostFs(java.nio.file.Path.of("/")));
    int own = (int) ProcessHandle.current().pid();
    assertThat(here.startTicks(own).orElse(0) * 10)
        .isPositive()
        .isLessThanOrEqualTo(here.uptimeMillis().orElse(0));
  }

  @Test
  void theInnermostUnitIsNamed() {
    assertThat(ControlGroup.unitIn("0::/system.slice/nvidia-persistenced.service\n"))
        .contains("nvidia-persistenced.service");
    assertThat(ControlGroup.unitIn("0::/user.slice/user-0.slice/session-3.scope\n"))
        .contains("session-3.scope");
    assertThat(ControlGroup.unitIn("12:pids:/a.service/b.scope/c\n0::/\n")).contains("b.scope");
    assertThat(ControlGroup.unitIn("0::/\n")).isEmpty();
    assertThat(ControlGroup.unitIn("no control group")).isEmpty();
  }
}
