package dev.acceld.probe.nvidia.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.ContainerHook;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.device.access.HostMount;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.probe.AccessRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the driver of a simulated machine, which has the files that a real one installs. */
class DriverUserSpaceTest {
  private static final String VERSION = "580.159.04";
  private static final Path HOST = Path.of("/srv/driver");
  private static final Path HOOK = Path.of("/srv/driver/usr/bin/nvidia-cdi-hook");
  private static final Set<DriverCapability> COMPUTE =
      EnumSet.of(DriverCapability.COMPUTE, DriverCapability.UTILITY);

  @TempDir Path dir;
  private Path root;
  private String libraries;
  private DriverUserSpace driver;

  @BeforeEach
  void machine() {
    root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("h100x8")).root();
    libraries =
        Files.isDirectory(root.resolve("usr/lib/aarch64-linux-gnu"))
            ? "/usr/lib/aarch64-linux-gnu"
            : "/usr/lib/x86_64-linux-gnu";
    driver = new DriverUserSpace(new DriverRoot(root, HOST), HOOK, new HostFs(root));
  }

  private ContainerAccess plan(Set<DriverCapability> wanted) throws AccessRefusedException {
    return driver.plan(VERSION, wanted, wanted);
  }

  private static List<String> targets(ContainerAccess plan) {
    return plan.mounts().stream().map(HostMount::containerPath).toList();
  }

  private void installHook() throws IOException {
    Path hook = Files.writeString(root.resolve("usr/bin/nvidia-cdi-hook"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void everyMountIsAFileOfTheDriverAndKnownToTheHost() throws Exception {
    ContainerAccess plan = plan(DriverCapability.ALL);
    assertThat(plan.mounts()).hasSizeGreaterThan(40);
    for (HostMount mount : plan.mounts()) {
      assertThat(mount.hostPath()).startsWith("/srv/driver/");
      Path seen = root.resolve(HOST.relativize(Path.of(mount.hostPath())));
      assertThat(Files.isRegularFile(seen, LinkOption.NOFOLLOW_LINKS)).as(seen.toString()).isTrue();
      assertThat(mount.options()).contains("ro", "nosuid", "nodev");
    }
    assertThat(targets(plan)).doesNotHaveDuplicates();
  }

  @Test
  void withoutTheHookEveryNameOfALibraryIsMountedAndTheLoaderIsTold() throws Exception {
    ContainerAccess plan = plan(COMPUTE);
    assertThat(plan.hooks()).isEmpty();
    assertThat(plan.env()).isEqualTo(Map.of("LD_LIBRARY_PATH", libraries));
    assertThat(plan.mounts())
        .contains(
            HostMount.readOnly(
                "/srv/driver" + libraries + "/libcuda.so." + VERSION,
                libraries + "/libcuda.so." + VERSION),
            HostMount.readOnly(
                "/srv/driver" + libraries + "/libcuda.so." + VERSION, libraries + "/libcuda.so.1"),
            HostMount.readOnly(
                "/srv/driver" + libraries + "/libcuda.so." + VERSION, libraries + "/libcuda.so"),
            HostMount.readOnly("/srv/driver/usr/bin/nvidia-smi", "/usr/bin/nvidia-smi"),
            HostMount.readOnly(
                "/srv/driver/lib/firmware/nvidia/" + VERSION + "/gsp_ga10x.bin",
                "/lib/firmware/nvidia/" + VERSION + "/gsp_ga10x.bin"));
  }

  @Test
  void theHookMakesTheLinksAndTellsTheLoader() throws Exception {
    installHook();
    ContainerAccess plan = plan(COMPUTE);
    assertThat(plan.env()).isEmpty();
    assertThat(targets(plan))
        .contains(libraries + "/libcuda.so." + VERSION)
        .doesNotContain(libraries + "/libcuda.so.1", libraries + "/libcuda.so");
    assertThat(plan.hooks()).extracting(ContainerHook::path).containsOnly(HOOK.toString());
    assertThat(plan.hooks().get(0).args())
        .startsWith("nvidia-cdi-hook", "create-symlinks", "--link")
        .contains(
            "libcuda.so." + VERSION + "::" + libraries + "/libcuda.so.1",
            "libcuda.so.1::" + libraries + "/libcuda.so");
    assertThat(plan.hooks().get(1).args())
        .containsExactly("nvidia-cdi-hook", "update-ldcache", "--folder", libraries);
  }

  @Test
  void aHookThatComesOrGoesIsSeenAtOnce() throws Exception {
    assertThat(plan(COMPUTE).hooks()).isEmpty();
    installHook();
    assertThat(plan(COMPUTE).hooks()).hasSize(2);
    Files.delete(root.resolve("usr/bin/nvidia-cdi-hook"));
    assertThat(plan(COMPUTE).hooks()).isEmpty();
  }

  @Test
  void theToolkitsOtherProgramCanDoItToo() throws Exception {
    Path other = HOST.resolve("usr/bin/nvidia-ctk");
    Files.copy(root.resolve("usr/bin/nvidia-smi"), root.resolve("usr/bin/nvidia-ctk"));
    driver = new DriverUserSpace(new DriverRoot(root, HOST), other, new HostFs(root));
    Files.setPosixFilePermissions(
        root.resolve("usr/bin/nvidia-ctk"), PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(plan(COMPUTE).hooks().get(1).args())
        .containsExactly("nvidia-ctk", "hook", "update-ldcache", "--folder", libraries);
  }

  @Test
  void eachPartHasItsOwnFiles() throws Exception {
    List<String> compute = targets(plan(COMPUTE));
    assertThat(compute)
        .anyMatch(t -> t.contains("libnvidia-ptxjitcompiler"))
        .noneMatch(t -> t.contains("libEGL_nvidia") || t.contains("libnvcuvid"))
        .contains("/etc/OpenCL/vendors/nvidia.icd");
    List<String> graphics = targets(plan(EnumSet.of(DriverCapability.GRAPHICS)));
    assertThat(graphics)
        .contains(
            "/etc/vulkan/icd.d/nvidia_icd.json",
            "/usr/share/glvnd/egl_vendor.d/10_nvidia.json",
            libraries + "/libEGL_nvidia.so.0",
            libraries + "/libnvidia-egl-gbm.so.1",
            libraries + "/gbm/nvidia-drm_gbm.so")
        .noneMatch(t -> t.contains("libcuda") || t.contains("xorg") || t.contains("nvidia-smi"));
    assertThat(targets(plan(EnumSet.of(DriverCapability.DISPLAY))))
        .contains(
            libraries + "/nvidia/xorg/nvidia_drv.so",
            libraries + "/nvidia/xorg/libglxserver_nvidia.so." + VERSION);
    assertThat(targets(plan(EnumSet.of(DriverCapability.VIDEO))))
        .contains(libraries + "/vdpau/libvdpau_nvidia.so." + VERSION, libraries + "/libnvcuvid.so")
        .noneMatch(t -> t.contains("libcuda"));
  }

  @Test
  void aLibraryThatNobodyKnowsYetGoesWithEverything() throws Exception {
    Files.writeString(root.resolve(libraries.substring(1) + "/libnvidia-novel.so." + VERSION), "x");
    Files.writeString(root.resolve(libraries.substring(1) + "/libnvidia-novel.so.575.1"), "x");
    assertThat(targets(plan(EnumSet.of(DriverCapability.UTILITY))))
        .contains(libraries + "/libnvidia-novel.so." + VERSION)
        .doesNotContain(libraries + "/libnvidia-novel.so.575.1");
  }

  @Test
  void aDriverThatWasExchangedIsFoundAnew() throws Exception {
    plan(COMPUTE);
    Path at = root.resolve(libraries.substring(1));
    for (String library : List.of("libcuda", "libnvidia-ml")) {
      Files.move(at.resolve(library + ".so." + VERSION), at.resolve(library + ".so.590.1"));
    }
    ContainerAccess plan = driver.plan("590.1", COMPUTE, COMPUTE);
    assertThat(targets(plan))
        .contains(libraries + "/libcuda.so.590.1")
        .noneMatch(t -> t.endsWith("libnvidia-ptxjitcompiler.so." + VERSION));
    assertThatThrownBy(() -> plan(COMPUTE))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContainingAll(VERSION, root.toString(), "--nvidia-driver-root");
  }

  @Test
  void aDriverThatIsUnloadedIsMissedAndItsReturnSeen() throws Exception {
    plan(COMPUTE);
    Simulation.open(root).unloadDriver();
    assertThatThrownBy(() -> plan(COMPUTE)).isInstanceOf(AccessRefusedException.class);
    Simulation.open(root).loadDriver();
    assertThat(plan(COMPUTE).mounts()).isNotEmpty();
  }

  @Test
  void socketsOfTheDriversDaemonsAreMountedWhileTheyAreThere() throws Exception {
    assertThat(targets(plan(COMPUTE))).noneMatch(t -> t.startsWith("/run/"));
    Path socket = root.resolve("run/nvidia-persistenced/socket");
    Files.createDirectories(socket.getParent());
    Files.createFile(socket);
    assertThat(plan(COMPUTE).mounts())
        .contains(
            HostMount.socket(
                "/srv/driver/run/nvidia-persistenced/socket", "/run/nvidia-persistenced/socket"));
  }

  @Test
  void linksAreFollowedInsideTheDriversRoot() throws Exception {
    // Debian's alternatives: absolute links that mean nothing outside of the root.
    Path at = root.resolve(libraries.substring(1));
    Path current = Files.createDirectories(at.resolve("nvidia/current"));
    Path smi = Files.move(root.resolve("usr/bin/nvidia-smi"), current.resolve("nvidia-smi"));
    Path alternatives = Files.createDirectories(root.resolve("etc/alternatives"));
    Files.createSymbolicLink(
        alternatives.resolve("nvidia-smi"), Path.of(libraries + "/nvidia/current/nvidia-smi"));
    Files.createSymbolicLink(
        root.resolve("usr/bin/nvidia-smi"), Path.of("/etc/alternatives/nvidia-smi"));
    assertThat(plan(COMPUTE).mounts())
        .contains(
            HostMount.readOnly(
                "/srv/driver" + libraries + "/nvidia/current/nvidia-smi", "/usr/bin/nvidia-smi"));
    Files.delete(smi);
    Files.createSymbolicLink(smi, Path.of("/etc/alternatives/nvidia-smi"));
    assertThat(targets(plan(COMPUTE))).as("a loop").doesNotContain("/usr/bin/nvidia-smi");
  }
}
