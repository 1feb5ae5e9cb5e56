package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.ContainerAccess;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceFile;
import dev.acceld.device.DeviceName;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaAccessTest {
  @TempDir Path dir;

  private HostTree tree;
  private NvidiaAccess access;
  private Device gpu;

  @BeforeEach
  void setUp() {
    tree = new HostTree(dir);
    HostFs host = tree.host();
    access = new NvidiaAccess(host);
    gpu = gpu(host, 3);
  }

  private static Device gpu(HostFs host, int minor) {
    GpuIdentity identity =
        new GpuIdentity(
            0,
            OptionalInt.of(minor),
            "GPU-8a4f0c11-0000-1111-2222-333344445555",
            "NVIDIA L4",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            false);
    return new GpuDevices(host)
        .device(
            new DeviceName("gpu-8a4f0c11"),
            identity,
            minor,
            new DriverVersions("580.159.04", Optional.of("13.0")));
  }

  @Test
  void allThatTheDriverKnowsIsHandedOutWithNumbers() {
    tree.file(
        "/proc/devices",
        "Character devices:\n  1 mem\n195 nvidia\n195 nvidia-modeset\n195 nvidiactl\n"
            + "508 nvidia-uvm\n\nBlock devices:\n259 blkext\n");
    ContainerAccess plan = access.plan(List.of(gpu));
    assertThat(plan.files())
        .containsExactly(
            DeviceFile.of("/dev/nvidiactl", 195, 255),
            DeviceFile.of("/dev/nvidia-modeset", 195, 254),
            DeviceFile.of("/dev/nvidia-uvm", 508, 0),
            DeviceFile.of("/dev/nvidia-uvm-tools", 508, 1));
    assertThat(plan.env())
        .containsExactlyEntriesOf(java.util.Map.of("NVIDIA_VISIBLE_DEVICES", "void"));
  }

  @Test
  void anOlderDriversMajorCounts() {
    tree.file("/proc/devices", "Character devices:\n236 nvidia-frontend\n");
    assertThat(gpu(tree.host(), 3).common().files())
        .containsExactly(DeviceFile.of("/dev/nvidia3", 236, 3));
    assertThat(access.plan(List.of(gpu)).files())
        .containsExactly(DeviceFile.of("/dev/nvidiactl", 236, 255));
  }

  @Test
  void withoutProcDevicesTheReservedMajorAndTheNodesThatAreThereCount() {
    tree.file("/dev/nvidia-uvm", "");
    assertThat(gpu.common().files()).containsExactly(DeviceFile.of("/dev/nvidia3", 195, 3));
    assertThat(access.plan(List.of(gpu)).files())
        .containsExactly(
            DeviceFile.of("/dev/nvidiactl", 195, 255), DeviceFile.onHost("/dev/nvidia-uvm"));
  }

  @Test
  void uvmThatIsLoadedLaterIsSeen() {
    tree.file("/proc/devices", "Character devices:\n195 nvidia\n");
    assertThat(access.plan(List.of(gpu)).files()).hasSize(1);
    tree.file("/proc/devices", "Character devices:\n195 nvidia\n511 nvidia-uvm\n");
    assertThat(access.plan(List.of(gpu)).files())
        .contains(DeviceFile.of("/dev/nvidia-uvm-tools", 511, 1));
  }

  @Test
  void withoutOurDevicesThereIsNothing() {
    assertThat(access.plan(List.of())).isEqualTo(ContainerAccess.NONE);
  }
}
