package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostTree;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.nvidia.discovery.DriverVersions;
import dev.acceld.probe.nvidia.discovery.GpuCapabilities;
import dev.acceld.probe.nvidia.discovery.GpuDevices;
import dev.acceld.probe.nvidia.discovery.GpuIdentity;
import dev.acceld.probe.nvidia.discovery.PciGpus;
import dev.acceld.probe.nvidia.driver.DriverRoot;
import dev.acceld.probe.nvidia.driver.NvidiaDeviceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a container besides the GPU's own node, as far as the nodes are concerned. */
class NvidiaAccessTest {
  private static final String VERSION = "580.159.04";
  private static final Set<DriverCapability> COMPUTE = EnumSet.of(DriverCapability.COMPUTE);
  private static final Set<DriverCapability> UTILITY = EnumSet.of(DriverCapability.UTILITY);

  @TempDir Path dir;

  private HostTree tree;
  private Device gpu;
  private final List<List<String>> commands = new ArrayList<>();
  private Runnable onCommand = () -> {};

  @BeforeEach
  void setUp() {
    tree = new HostTree(dir);
    tree.file("/usr/lib64/libcuda.so." + VERSION, "cuda");
    tree.file("/usr/lib64/libnvidia-ml.so." + VERSION, "nvml");
    gpu = gpu(tree.host(), 3);
  }

  private ContainerAccess plan(Set<DriverCapability> usual) throws AccessRefusedException {
    return plan(usual, AccessOptions.DEFAULT);
  }

  private ContainerAccess plan(Set<DriverCapability> usual, AccessOptions options)
      throws AccessRefusedException {
    NvidiaAccess access =
        new NvidiaAccess(
            tree.host(),
            new NvidiaAccess.Settings(
                DriverRoot.at(dir), dir.resolve("usr/bin/nvidia-cdi-hook"), usual),
            command -> {
              commands.add(command);
              onCommand.run();
              return "exit status 1";
            });
    return access.plan(List.of(gpu), options);
  }

  private static Device gpu(HostFs host, int minor) {
    GpuIdentity identity =
        new GpuIdentity(
            0,
            OptionalInt.of(minor),
            "GPU-8a4f0c11-0000-1111-2222-333344445555",
            "NVIDIA L4",
            Optional.empty(),
            PciAddress.parse("0000:0f:00.0"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            GpuCapabilities.NONE);
    return new GpuDevices(host, new PciGpus(host))
        .device(
            new DeviceName("gpu-8a4f0c11"),
            identity,
            new NvidiaDeviceFiles(host).gpu(minor),
            new DriverVersions(VERSION, Optional.of("13.0")),
            Optional.empty());
  }

  @Test
  void aPartitionGetsTheDriverAsAWholeGpuDoes() throws Exception {
    tree.file("/proc/devices", "Character devices:\n195 nvidiactl\n508 nvidia-uvm\n");
    ContainerAccess whole = plan(COMPUTE);
    gpu =
        new MigDevice(
            gpu.common(),
            gpu.name(),
            "GPU-8a4f0c11-0000-1111-2222-333344445555",
            "NVIDIA L4",
            "1g.6gb",
            new MigDevice.Shape(19, 0, 1),
            Optional.empty(),
            6L << 30,
            VERSION,
            false);
    assertThat(whole.mounts()).isNotEmpty();
    assertThat(plan(COMPUTE)).isEqualTo(whole);
  }

  @Test
  void allThatTheDriverKnowsIsHandedOutWithNumbers() throws Exception {
    tree.file(
        "/proc/devices",
        "Character devices:\n  1 mem\n195 nvidia\n195 nvidia-modeset\n195 nvidiactl\n"
            + "508 nvidia-uvm\n\nBlock devices:\n259 blkext\n");
    ContainerAccess plan = plan(COMPUTE);
    assertThat(plan.files())
        .containsExactly(
            DeviceFile.of("/dev/nvidiactl", 195, 255),
            DeviceFile.of("/dev/nvidia-modeset", 195, 254),
            DeviceFile.of("/dev/nvidia-uvm", 508, 0),
            DeviceFile.of("/dev/nvidia-uvm-tools", 508, 1));
    assertThat(plan.env()).containsEntry("NVIDIA_VISIBLE_DEVICES", "void");
    assertThat(commands).as("nothing needs to be loaded").isEmpty();
  }

  @Test
  void anOlderDriversMajorCounts() throws Exception {
    tree.file("/proc/devices", "Character devices:\n236 nvidia-frontend\n");
    assertThat(gpu(tree.host(), 3).common().files())
        .containsExactly(DeviceFile.of("/dev/nvidia3", 236, 3));
    assertThat(plan(UTILITY).files()).containsExactly(DeviceFile.of("/dev/nvidiactl", 236, 255));
  }

  @Test
  void withoutProcDevicesTheReservedMajorAndTheNodesThatAreThereCount() throws Exception {
    tree.file("/dev/nvidia-uvm", "");
    assertThat(gpu.common().files()).containsExactly(DeviceFile.of("/dev/nvidia3", 195, 3));
    assertThat(plan(COMPUTE).files())
        .containsExactly(
            DeviceFile.of("/dev/nvidiactl", 195, 255), DeviceFile.onHost("/dev/nvidia-uvm"));
  }

  @Test
  void theMemoryModuleIsLoadedForTheFirstContainerAfterABoot() throws Exception {
    tree.file("/proc/devices", "Character devices:\n195 nvidia\n");
    modprobe();
    onCommand = () -> tree.file("/proc/devices", "Character devices:\n511 nvidia-uvm\n");
    assertThat(plan(COMPUTE).files()).contains(DeviceFile.of("/dev/nvidia-uvm", 511, 0));
    assertThat(commands)
        .containsExactly(
            List.of("chroot", dir.toString(), "/usr/bin/nvidia-modprobe", "-u", "-c", "0"));
  }

  @Test
  void aMemoryModuleThatCannotBeLoadedIsSaid() throws Exception {
    tree.file("/proc/devices", "Character devices:\n195 nvidia\n");
    assertThatThrownBy(() -> plan(COMPUTE))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContainingAll(
            "nvidia-uvm", "there is no " + dir.resolve("usr/bin/nvidia-modprobe"), "modprobe -u");
    assertThat(commands).isEmpty();
    modprobe();
    assertThatThrownBy(() -> plan(COMPUTE))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContaining("exit status 1");
    assertThat(plan(UTILITY).files()).as("nvidia-smi does without").hasSize(1);
  }

  private void modprobe() throws IOException {
    tree.file("/usr/bin/nvidia-modprobe", "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        dir.resolve("usr/bin/nvidia-modprobe"), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void graphicsAndDisplayGetTheirNodes() throws Exception {
    String drm = "/sys/bus/pci/devices/0000:0f:00.0/drm/";
    tree.file(drm + "card2/dev", "226:2\n");
    tree.file(drm + "renderD130/dev", "226:130\n");
    tree.file("/dev/nvidia-uvm", "");
    assertThat(plan(COMPUTE).files()).noneMatch(f -> f.path().startsWith("/dev/dri"));
    assertThat(plan(EnumSet.of(DriverCapability.GRAPHICS)).files())
        .contains(DeviceFile.of("/dev/dri/renderD130", 226, 130))
        .noneMatch(f -> f.path().contains("card"));
    assertThat(plan(EnumSet.of(DriverCapability.DISPLAY)).files())
        .contains(
            DeviceFile.of("/dev/dri/card2", 226, 2),
            DeviceFile.of("/dev/dri/renderD130", 226, 130));
  }

  @Test
  void theClaimsOwnWishCountsMoreThanTheNodesSetting() throws Exception {
    AccessOptions utility = new AccessOptions(Optional.of(UTILITY));
    ContainerAccess plan = plan(DriverCapability.ALL, utility);
    assertThat(plan.mounts())
        .extracting(m -> m.containerPath())
        .containsExactly("/usr/lib64/libnvidia-ml.so." + VERSION);
  }

  @Test
  void whatAClaimAsksForMustBeThereAndWhatTheNodeOffersNeedNot() throws Exception {
    tree.file("/dev/nvidia-uvm", "");
    assertThat(plan(DriverCapability.ALL).mounts()).hasSize(2);
    AccessOptions video = new AccessOptions(Optional.of(EnumSet.of(DriverCapability.VIDEO)));
    assertThatThrownBy(() -> plan(DriverCapability.ALL, video))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContainingAll(
            VERSION, "libnvcuvid.so", "'video'", dir.resolve("usr/lib64").toString());
    tree.remove("/usr/lib64/libcuda.so." + VERSION);
    assertThatThrownBy(() -> plan(DriverCapability.ALL))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContainingAll("libcuda.so", "--nvidia-driver-capabilities");
  }

  @Test
  void withoutOurDevicesThereIsNothing() throws Exception {
    NvidiaAccess access =
        new NvidiaAccess(
            tree.host(), new NvidiaAccess.Settings(DriverRoot.at(dir), dir, DriverCapability.ALL));
    assertThat(access.plan(List.of(), AccessOptions.DEFAULT)).isEqualTo(ContainerAccess.NONE);
  }
}
