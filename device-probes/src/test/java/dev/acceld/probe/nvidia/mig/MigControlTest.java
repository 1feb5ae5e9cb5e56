package dev.acceld.probe.nvidia.mig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.DeviceControl.Made;
import dev.acceld.probe.DeviceUser;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.NvidiaProbe;
import dev.acceld.probe.nvidia.mig.MigSteps.Step;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the simulated NVML, whose instances outlive the agent's processes as real ones do. */
class MigControlTest {
  @TempDir Path dir;

  private Path root = Path.of("/nowhere");
  private NvidiaProbe probe = new NvidiaProbe(root, new HostFs(root), Releases.NONE);
  private List<Device> devices = List.of();
  private DeviceControl control = DeviceControl.NONE;

  @BeforeEach
  void machine() throws Exception {
    use("h100x1");
  }

  private Simulation simulation() {
    return Simulation.open(root);
  }

  @AfterEach
  void close() {
    probe.close();
  }

  private void use(String machine) throws Exception {
    probe.close();
    root = MachineTree.create(dir.resolve(machine), MachineCatalog.load(machine)).root();
    probe = new NvidiaProbe(root, new HostFs(root), Releases.NONE, MigSelector.parse("0"));
    devices = probe.discover().devices();
    control = new MigControl(this::open, new HostFs(root), false);
  }

  private Nvml open() {
    Nvml nvml = Nvml.load(NvmlFiles.find(root).orElseThrow().toString());
    assertThat(nvml.init().ok()).isTrue();
    return nvml;
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private DeviceControl dyingAfter(Step when) {
    return new MigControl(
        this::open,
        new HostFs(root),
        false,
        step -> {
          if (step == when) {
            throw new Killed();
          }
        });
  }

  private MigDevice part(String suffix) {
    return devices.stream()
        .filter(d -> d.name().value().endsWith("-mig-" + suffix))
        .map(MigDevice.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private Gpu whole() {
    return (Gpu) devices.getFirst();
  }

  private String partitionId(String suffix) {
    return control.partitionId(part(suffix)).orElseThrow();
  }

  /** What the driver has, by its own account. */
  private List<String> hardware() throws Exception {
    try (Stream<String> lines = Files.lines(root.resolve("var/lib/standin/nvml.state"))) {
      return lines
          .filter(l -> l.matches("gpu\\.0\\.mig\\.(mode|gi|ci).*"))
          .map(l -> l.substring("gpu.0.mig.".length()).replaceFirst(" MIG-.*", ""))
          .sorted()
          .toList();
    }
  }

  /** Of the only partition. */
  private String uuid() throws Exception {
    String state = Files.readString(root.resolve("var/lib/standin/nvml.state"));
    Matcher m = Pattern.compile("MIG-[0-9a-f-]{36}").matcher(state);
    assertThat(m.find()).isTrue();
    return m.group();
  }

  @Test
  void aPartitionIsMadeWithItsFilesAndUnmade() throws Exception {
    MigDevice made = (MigDevice) control.make(part("3g40gb-9-4"), Set.of());
    assertThat(hardware()).containsExactly("ci.2.0=3 0", "gi.2=2 4", "mode=1");
    assertThat(made.instance().orElseThrow().gpuInstance()).isEqualTo(2);
    assertThat(made.common().files())
        .containsExactly(
            DeviceFile.of("/dev/nvidia0", 195, 0),
            DeviceFile.of("/dev/nvidia-caps/nvidia-cap21", 507, 21),
            DeviceFile.of("/dev/nvidia-caps/nvidia-cap22", 507, 22));
    assertThat(made.common().attributes())
        .containsEntry("uuid", AttributeValue.of(made.instance().orElseThrow().uuid()));
    assertThat(control.isMade(partitionId("3g40gb-9-4"))).isEqualTo(Made.YES);
    assertThat(control.isMade(partitionId("3g40gb-9-0"))).isEqualTo(Made.NO);
    assertThat(control.unmake(partitionId("3g40gb-9-4"))).isTrue();
    assertThat(hardware()).as("and MIG mode is off again").containsExactly("mode=0");
    control.unmake(partitionId("3g40gb-9-4")); // nothing there is no error
    assertThat(control.partitionId(whole())).isEmpty();
  }

  @Test
  void whatHasBeenMadeIsFoundAndItsOfferUnchanged() throws Exception {
    MigDevice made = (MigDevice) control.make(part("3g40gb-9-4"), Set.of());
    List<Device> after = probe.discover().devices();
    assertThat(after)
        .extracting(Device::common)
        .isEqualTo(devices.stream().map(Device::common).toList());
    devices = after;
    assertThat(part("3g40gb-9-4").instance()).isEqualTo(made.instance());
    assertThat(part("3g40gb-9-4").onDemandUnrealized()).isFalse();
    assertThat(part("3g40gb-9-0").onDemandUnrealized()).isTrue();
  }

  @Test
  void sevenFitAndModeStaysOnUntilTheLastHasGone() throws Exception {
    for (int start = 6; start >= 0; start--) {
      control.make(part("1g10gb-19-" + start), Set.of(partitionId("1g10gb-19-6")));
    }
    assertThat(hardware()).hasSize(7 + 7 + 1);
    for (int start = 0; start < 7; start++) {
      assertThat(hardware()).contains("mode=1");
      control.unmake(partitionId("1g10gb-19-" + start));
    }
    assertThat(hardware()).containsExactly("mode=0");
  }

  @ParameterizedTest
  @EnumSource(names = {"MODE_ON", "GPU_INSTANCE_MADE", "COMPUTE_INSTANCE_MADE"})
  void killedWhileMakingAndAskedAgain(Step step) throws Exception {
    MigDevice part = part("1g10gb-19-3");
    assertThatThrownBy(() -> dyingAfter(step).make(part, Set.of(partitionId("1g10gb-19-3"))))
        .isInstanceOf(Killed.class);
    MigDevice made = (MigDevice) control.make(part, Set.of(partitionId("1g10gb-19-3")));
    assertThat(hardware()).containsExactly("ci.10.0=1 0", "gi.10=0 3", "mode=1");
    assertThat(made.instance()).isPresent();
  }

  @ParameterizedTest
  @EnumSource(names = {"MODE_ON", "GPU_INSTANCE_MADE", "COMPUTE_INSTANCE_MADE"})
  void killedWhileMakingAndUndone(Step step) throws Exception {
    MigDevice part = part("1g10gb-19-3");
    assertThatThrownBy(() -> dyingAfter(step).make(part, Set.of())).isInstanceOf(Killed.class);
    control.unmake(partitionId("1g10gb-19-3"));
    assertThat(hardware()).containsExactly("mode=0");
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPUTE_INSTANCE_DESTROYED", "GPU_INSTANCE_DESTROYED", "MODE_OFF"})
  void killedWhileUnmakingAndAskedAgain(Step step) throws Exception {
    control.make(part("1g10gb-19-3"), Set.of());
    String partitionId = partitionId("1g10gb-19-3");
    assertThatThrownBy(() -> dyingAfter(step).unmake(partitionId)).isInstanceOf(Killed.class);
    assertThat(control.isMade(partitionId)).isEqualTo(Made.NO);
    control.unmake(partitionId);
    assertThat(hardware()).containsExactly("mode=0");
  }

  @Test
  void aCreateThatFailsAtTheComputeInstanceLeavesNothing() throws Exception {
    simulation().fail("nvmlGpuInstanceCreateComputeInstance", "gpu-0", 23);
    assertThatThrownBy(() -> control.make(part("1g10gb-19-3"), Set.of()))
        .isInstanceOf(ControlFailedException.class)
        .hasMessageContaining("-mig-1g10gb-19-3 cannot be created")
        .hasMessageContaining("nvmlGpuInstanceCreateComputeInstance")
        .hasMessageContaining("INSUFFICIENT_RESOURCES (23)");
    assertThat(hardware()).containsExactly("mode=0");
  }

  @Test
  void aPlaceThatAnotherClaimHasIsNotTaken() throws Exception {
    control.make(part("3g40gb-9-0"), Set.of());
    Set<String> held = Set.of(partitionId("3g40gb-9-0"));
    assertThatThrownBy(() -> control.make(part("1g10gb-19-1"), held))
        .isInstanceOf(ControlFailedException.class)
        .hasMessageContaining("its placement is taken");
    assertThat(hardware()).containsExactly("ci.1.0=3 0", "gi.1=2 0", "mode=1");
  }

  /** Somebody may be using it: an administrator, another driver, another state directory. */
  @Test
  void aForeignPartitionStaysAndIsNotTakenOver() throws Exception {
    simulation().mig("gpu-0", true);
    simulation().partition("gpu-0", "1g.10gb", 1);
    List<String> before = hardware();
    for (String wanted : List.of("1g10gb-19-1", "7g80gb-0-0")) {
      assertThatThrownBy(() -> control.check(part(wanted), Set.of()))
          .isInstanceOf(ControlFailedException.class)
          .hasMessageContaining("its placement is taken by a 1g.10gb (MIG-")
          .hasMessageContaining("--nvidia-mig-remove-foreign");
      assertThatThrownBy(() -> control.make(part(wanted), Set.of()))
          .isInstanceOf(ControlFailedException.class)
          .hasMessageContaining("its placement is taken by a 1g.10gb (MIG-");
    }
    assertThatThrownBy(() -> control.make(whole(), Set.of()))
        .isInstanceOf(ControlFailedException.class)
        .hasMessageContaining("cannot be used as a whole: it has a 1g.10gb");
    assertThat(control.tidy(whole(), Set.of()))
        .singleElement()
        .asString()
        .contains("that this agent did not create", "claims cannot use its placement");
    assertThat(hardware()).isEqualTo(before);
    control.check(part("3g40gb-9-4"), Set.of());
    control.make(part("3g40gb-9-4"), Set.of());
    assertThat(hardware()).as("beside it").hasSize(before.size() + 2).containsAll(before);
  }

  @Test
  void aForeignPartitionGoesWhereTheOperatorSaysSo() throws Exception {
    control = new MigControl(this::open, new HostFs(root), true);
    simulation().mig("gpu-0", true);
    simulation().partition("gpu-0", "7g.80gb", 0);
    control.check(part("1g10gb-19-1"), Set.of());
    control.make(part("1g10gb-19-1"), Set.of());
    assertThat(hardware()).containsExactly("ci.8.0=1 0", "gi.8=0 1", "mode=1");
    assertThatThrownBy(() -> control.make(whole(), Set.of(partitionId("1g10gb-19-1"))))
        .hasMessageContaining("a claim still holds a partition of it");
    assertThat(hardware()).hasSize(3);
    assertThat(control.make(whole(), Set.of())).isEqualTo(whole());
    assertThat(hardware()).containsExactly("mode=0");
  }

  /** A claim of static partitions names its partition by UUID; it was not made on demand. */
  @Test
  void aPartitionThatAClaimNamesByUuidIsHeld() throws Exception {
    control = new MigControl(this::open, new HostFs(root), true);
    simulation().mig("gpu-0", true);
    simulation().partition("gpu-0", "3g.40gb", 0);
    String uuid = uuid();
    assertThat(control.tidy(whole(), Set.of(uuid))).isEmpty();
    assertThat(hardware()).hasSize(3);
  }

  /** One answer that fails is no sign that a running pod's partition has gone. */
  @ParameterizedTest
  @CsvSource({
    "nvmlDeviceGetHandleByIndex_v2, 999",
    "nvmlDeviceGetUUID, 999",
    "nvmlDeviceGetMigMode, 27",
    "nvmlDeviceGetMigMode, 3",
    "nvmlDeviceGetGpuInstances, 3",
    "nvmlDeviceGetGpuInstances, 999",
    "nvmlDeviceGetGpuInstanceProfileInfoV, 3",
    "nvmlGpuInstanceGetComputeInstances, 999",
  })
  void aCallThatFailsMakesTheAnswerUnknown(String call, int code) throws Exception {
    control.make(part("3g40gb-9-0"), Set.of());
    List<String> before = hardware();
    simulation().fail(call, "gpu-0", code);
    assertThat(control.isMade(partitionId("3g40gb-9-0"))).isEqualTo(Made.UNKNOWN);
    boolean gone;
    try {
      gone = control.unmake(partitionId("3g40gb-9-0"));
    } catch (ControlFailedException e) {
      gone = false;
    }
    assertThat(gone).as("not known to be gone").isFalse();
    assertThat(hardware()).isEqualTo(before);
    simulation().fail(call, "gpu-0", 0);
    assertThat(control.isMade(partitionId("3g40gb-9-0"))).isEqualTo(Made.YES);
  }

  @Test
  void aDriverThatDoesNotAnswerMakesTheAnswerUnknown() throws Exception {
    control.make(part("3g40gb-9-0"), Set.of());
    DeviceControl without =
        new MigControl(
            () -> {
              throw new ProbeUnavailableException("no driver");
            },
            new HostFs(root),
            false);
    assertThat(without.isMade(partitionId("3g40gb-9-0"))).isEqualTo(Made.UNKNOWN);
    assertThat(without.unmake(partitionId("3g40gb-9-0"))).isFalse();
    assertThat(without.isMade("of a newer agent")).isEqualTo(Made.UNKNOWN);
  }

  /** A try that completes what an earlier one made must not destroy it when it fails. */
  @Test
  void aFailedCompletionLeavesWhatWasThere() throws Exception {
    assertThatThrownBy(() -> dyingAfter(Step.GPU_INSTANCE_MADE).make(part("1g10gb-19-3"), Set.of()))
        .isInstanceOf(Killed.class);
    List<String> before = hardware();
    simulation().fail("nvmlGpuInstanceCreateComputeInstance", "gpu-0", 23);
    assertThatThrownBy(() -> control.make(part("1g10gb-19-3"), Set.of(partitionId("1g10gb-19-3"))))
        .isInstanceOfSatisfying(
            ControlFailedException.class, e -> assertThat(e.unfinished()).isFalse());
    assertThat(hardware()).isEqualTo(before);
  }

  @Test
  void whatCouldNotBeTakenBackIsSaid() {
    simulation().fail("nvmlGpuInstanceCreateComputeInstance", "gpu-0", 23);
    simulation().fail("nvmlGpuInstanceDestroy", "gpu-0", 19);
    assertThatThrownBy(() -> control.make(part("1g10gb-19-3"), Set.of()))
        .isInstanceOfSatisfying(
            ControlFailedException.class, e -> assertThat(e.unfinished()).isTrue());
  }

  @Test
  void whatIsInUseStaysAndIsSaid() throws Exception {
    control = new MigControl(this::open, new HostFs(root), true);
    control.make(part("3g40gb-9-0"), Set.of());
    simulation().fail("nvmlComputeInstanceDestroy", "gpu-0", 19);
    Path process = root.resolve("proc/4711");
    Files.createDirectories(process.resolve("fd"));
    Files.createSymbolicLink(process.resolve("fd/7"), Path.of("/dev/nvidia-caps/nvidia-cap12"));
    Files.writeString(process.resolve("comm"), "python3\n");
    Files.writeString(
        process.resolve("cgroup"),
        "0::/kubepods.slice/kubepods-pod0a1b2c3d_0000_4000_8000_00000000abcd.slice/cri-x.scope\n");
    Files.createDirectories(root.resolve("proc/12/fd"));
    assertThatThrownBy(() -> control.unmake(partitionId("3g40gb-9-0")))
        .isInstanceOfSatisfying(
            ControlFailedException.class,
            e ->
                assertThat(e.users())
                    .containsExactly(
                        new DeviceUser(
                            4711, "python3", Optional.of("0a1b2c3d-0000-4000-8000-00000000abcd"))))
        .hasMessageContaining("IN_USE (19); a process uses the GPU or the partition");
    assertThat(control.tidy(part("3g40gb-9-0"), Set.of()))
        .singleElement()
        .asString()
        .contains("that no claim holds stays");
    assertThat(hardware()).hasSize(3);
    simulation().fail("nvmlComputeInstanceDestroy", 0);
    simulation().fail("nvmlComputeInstanceDestroy", "gpu-0", 0);
    assertThat(control.tidy(part("3g40gb-9-0"), Set.of()))
        .singleElement()
        .asString()
        .startsWith("removed leftover partition 3g.40gb of GPU-");
    assertThat(hardware()).containsExactly("mode=0");
    assertThat(control.tidy(whole(), Set.of())).isEmpty();
  }

  /** NVML has the host's numbers; in the process table of a container they are other processes. */
  @Test
  void aNumberOfTheHostGetsItsNameFromTheHost() throws Exception {
    control = new MigControl(this::open, new HostFs(root), true);
    control.make(part("3g40gb-9-0"), Set.of());
    Path state = root.resolve("var/lib/standin/nvml.state");
    Matcher instance = Pattern.compile("mig\\.gi\\.(\\d+)=").matcher(Files.readString(state));
    assertThat(instance.find()).isTrue();
    Files.writeString(
        state,
        "gpu.0.process.17=1048576 instance=" + instance.group(1) + ".0\n",
        StandardOpenOption.APPEND);
    command(17, "python3");
    assertThat(users("3g40gb-9-0")).containsExactly(new DeviceUser(17, "", Optional.empty()));
    command(2, "kthreadd");
    assertThat(users("3g40gb-9-0"))
        .containsExactly(new DeviceUser(17, "python3", Optional.empty()));
  }

  private void command(int pid, String name) throws IOException {
    Path process = root.resolve("proc").resolve(Integer.toString(pid));
    Files.createDirectories(process);
    Files.writeString(process.resolve("comm"), name + "\n");
  }

  /** Those because of whom the partition stays. */
  private List<DeviceUser> users(String suffix) {
    try {
      control.unmake(partitionId(suffix));
      return List.of();
    } catch (ControlFailedException e) {
      return e.users();
    }
  }

  @Test
  void tidyingLeavesWhatClaimsHave() throws Exception {
    control = new MigControl(this::open, new HostFs(root), true);
    control.make(part("3g40gb-9-0"), Set.of());
    simulation().partition("gpu-0", "1g.10gb", 6);
    assertThat(control.tidy(whole(), Set.of(partitionId("3g40gb-9-0")))).hasSize(1);
    assertThat(hardware()).containsExactly("ci.1.0=3 0", "gi.1=2 0", "mode=1");
  }

  @Test
  void aModeThatDoesNotComeOnIsSaid() {
    simulation().fail("nvmlDeviceSetMigMode", "gpu-0", 19);
    assertThatThrownBy(() -> control.make(part("1g10gb-19-1"), Set.of()))
        .isInstanceOf(ControlFailedException.class)
        .hasMessageContaining("nvmlDeviceSetMigMode returned IN_USE (19)");
  }

  @Test
  void withoutDriverOrGpuThereIsNothingToUnmakeAndNothingIsMade() throws Exception {
    control.make(part("1g10gb-19-1"), Set.of());
    simulation().lose("gpu-0");
    control.unmake(partitionId("1g10gb-19-1"));
    assertThatThrownBy(() -> control.make(part("1g10gb-19-2"), Set.of()))
        .isInstanceOf(ControlFailedException.class)
        .hasMessageContaining("gives no access to GPU-");
  }

  @Test
  void anAmpereStaysInMigMode() throws Exception {
    use("a100x8");
    assertThat(devices).noneMatch(MigDevice.class::isInstance);
    simulation().mig("gpu-0", true);
    devices = probe.discover().devices();
    control.make(part("1g10gb-19-1"), Set.of());
    control.unmake(partitionId("1g10gb-19-1"));
    assertThat(hardware()).containsExactly("mode=1");
    simulation().mig("gpu-0", false);
    assertThatThrownBy(() -> control.make(part("1g10gb-19-1"), Set.of()))
        .isInstanceOf(ControlFailedException.class)
        .hasMessageContaining("needs a reset: nvidia-smi -mig 1");
  }
}
