package dev.acceld.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.doctor.Finding.State;
import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.tree.SimulatedDevice;
import dev.acceld.probe.Releases;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.VendorOptions;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeChecksTest {
  private static final KubeletProcess UNSEEN = new KubeletProcess(List.of());

  @TempDir Path dir;

  private static Finding one(Check check) throws IOException {
    List<Finding> found = check.look();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private Path process(String pid, String... arguments) throws IOException {
    Path process = Files.createDirectories(dir.resolve("proc").resolve(pid));
    Files.writeString(process.resolve("cmdline"), String.join("\0", arguments) + "\0");
    return dir.resolve("proc");
  }

  @Test
  void theKubeletsOwnRootDirectoryIsFound() throws IOException {
    process("1", "/sbin/init");
    process("17", "bash", "-c", "/usr/bin/kubelet --root-dir=/wrong");
    Path proc =
        process("99", "/usr/bin/kubelet", "--root-dir=/first", "--root-dir", "/mnt/kubelet/");
    KubeletProcess kubelet = KubeletProcess.find(proc, Path.of("/var/lib/kubelet"));
    assertThat(kubelet.rootDir()).isEqualTo(Path.of("/mnt/kubelet"));
    Finding found = one(new KubeletDirCheck(dir.resolve("kubelet"), kubelet));
    assertThat(found.state()).isEqualTo(State.FAIL);
    assertThat(found.remedy()).contains("--kubelet-dir /mnt/kubelet");

    process("100", "kubelet"); // another node's on this machine, with the default
    assertThat(KubeletProcess.find(proc, Path.of("/mnt/kubelet")).rootDir())
        .isEqualTo(Path.of("/mnt/kubelet"));
    assertThat(KubeletProcess.find(proc, Path.of("/var/lib/kubelet")).rootDir())
        .isEqualTo(Path.of("/var/lib/kubelet"));
  }

  @Test
  void anAgentThatDoesNotRespondIsAFailureAndNoneIsNot() throws IOException {
    Finding none = one(new AgentCheck(dir, Duration.ofSeconds(1)));
    assertThat(none.state()).isEqualTo(State.WARN);
    Files.createDirectory(dir.resolve("run"));
    try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(dir.resolve("run/acceld.sock")));
      Finding found = one(new AgentCheck(dir, Duration.ofSeconds(1)));
      assertThat(found.state()).isEqualTo(State.FAIL);
      assertThat(found.what()).contains("has not responded for 1 s", "restart it");
    }
  }

  @Test
  void theKubeletsDirectory() throws IOException {
    Path root = Files.createTempDirectory("kd"); // short, for the socket's path
    Path socket = root.resolve("pod-resources/kubelet.sock");
    Finding nobody = one(new KubeletDirCheck(root, UNSEEN));
    assertThat(nobody.state()).isEqualTo(State.FAIL);
    assertThat(nobody.remedy()).contains("--root-dir");

    Files.createDirectories(socket.getParent());
    try (ServerSocketChannel kubelet = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      kubelet.bind(UnixDomainSocketAddress.of(socket));
      assertThat(one(new KubeletDirCheck(root, UNSEEN)).state()).isEqualTo(State.OK);
      KubeletProcess anothers = new KubeletProcess(List.of("kubelet", "--root-dir=/mnt/kubelet"));
      assertThat(one(new KubeletDirCheck(root, anothers)).state()).isEqualTo(State.OK);
    }
    Finding dead = one(new KubeletDirCheck(root, UNSEEN));
    assertThat(dead.state()).isEqualTo(State.FAIL);
    assertThat(dead.what()).contains("nothing listens");
    Files.delete(socket);
    Files.delete(socket.getParent());
    Files.delete(root);
  }

  @Test
  void theHealthRules() throws IOException {
    assertThat(one(new HealthRulesCheck(Optional.empty())).state()).isEqualTo(State.OK);
    Path file = dir.resolve("rules.yaml");
    Finding absent = one(new HealthRulesCheck(Optional.of(file)));
    assertThat(absent.state()).isEqualTo(State.FAIL);
    assertThat(absent.what()).contains(file.toString(), "no such file");

    Files.writeString(file, "rules: {xid-92: {state: counted}, fabrik: {state: counted}}");
    List<Finding> found = new HealthRulesCheck(Optional.of(file)).look();
    assertThat(found).extracting(Finding::state).containsExactly(State.WARN, State.OK);
    assertThat(found.getFirst().what()).contains("'fabrik'", "did you mean 'fabric'?");
    assertThat(found.getLast().what()).contains("xid-92");
  }

  @Test
  void theGate() throws IOException {
    assertThat(one(new GateCheck(dir, UNSEEN)).state()).isEqualTo(State.SKIPPED);
    Path config = Files.writeString(dir.resolve("config.yaml"), "kind: KubeletConfiguration\n");
    assertThat(one(new GateCheck(dir, UNSEEN)).state()).isEqualTo(State.OK);
    Files.writeString(config, "featureGates:\n  DynamicResourceAllocation: false\n");
    assertThat(one(new GateCheck(dir, UNSEEN)).state()).isEqualTo(State.FAIL);

    Path other = Files.writeString(dir.resolve("other.yaml"), "featureGates: {}\n");
    KubeletProcess named =
        new KubeletProcess(
            List.of("kubelet", "--root-dir", dir.toString(), "--config", other.toString()));
    assertThat(one(new GateCheck(dir, named)).state()).isEqualTo(State.OK);
    KubeletProcess flag =
        new KubeletProcess(
            List.of(
                "kubelet",
                "--root-dir=" + dir,
                "--feature-gates=A=true,DynamicResourceAllocation=false"));
    Files.writeString(config, "kind: KubeletConfiguration\n");
    assertThat(one(new GateCheck(dir, flag)).state()).isEqualTo(State.FAIL);
    assertThat(one(new GateCheck(dir.resolve("other-node"), flag)).state())
        .isEqualTo(State.SKIPPED);
  }

  private static Hardware hardware(Path root, Path driverRoot, Releases releases) {
    return hardware(root, driverRoot, releases, Map.of());
  }

  private static Hardware hardware(
      Path root, Path driverRoot, Releases releases, Map<String, String> more) {
    Map<String, String> values = new HashMap<>();
    for (VendorModule module : VendorModule.all()) {
      module
          .settings()
          .forEach(setting -> setting.fallback().ifPresent(v -> values.put(setting.name(), v)));
    }
    values.put("nvidia-driver-root", driverRoot.toString());
    values.putAll(more);
    return new Hardware(new VendorContext(new HostFs(root), releases, new VendorOptions(values)));
  }

  private HardwareCheck hardware(String machine, Path driverRoot) {
    Path root = MachineTree.create(dir.resolve(machine), MachineCatalog.load(machine)).root();
    return new HardwareCheck(
        hardware(root, driverRoot.equals(dir) ? root : driverRoot, Releases.NONE));
  }

  @Test
  void gpusOfWhichNotAllWorkAreCountedSo() throws IOException {
    HardwareCheck check = hardware("a100x8", dir);
    Simulation.open(dir.resolve("a100x8")).fail("nvmlDeviceGetHandleByIndex_v2", "gpu-1", 15);
    Finding some = one(check);
    assertThat(some.state()).isEqualTo(State.WARN);
    assertThat(some.what()).contains("7 of 8 NVIDIA GPUs work", "NVML does not list it");
    assertThat(some.remedy()).contains("NVRM");

    Simulation.open(dir.resolve("a100x8")).fail("nvmlInit_v2", 999);
    Finding none = one(check);
    assertThat(none.state()).isEqualTo(State.FAIL);
    assertThat(none.what()).contains("8 NVIDIA GPUs", "nvmlInit_v2");
  }

  @Test
  void operationalEventsThatTheDriverHasNotAreAStatement() throws IOException {
    Path root = MachineTree.create(dir.resolve("o"), MachineCatalog.load("h100x8")).root();
    Map<String, String> on = Map.of("nvidia-operational-events", "true");
    Finding found = one(new HardwareCheck(hardware(root, root, Releases.NONE, on)));
    assertThat(found.state()).isEqualTo(State.WARN);
    assertThat(found.what())
        .contains("8 of 8 NVIDIA GPUs work")
        .contains("GPU operational events (--nvidia-operational-events) are not available")
        .contains("driver 615 and newer");
    assertThat(one(new HardwareCheck(hardware(root, root, Releases.NONE))).state())
        .isEqualTo(State.OK);
  }

  @Test
  void releasedGpusAreNotCalledBroken() throws IOException {
    Path root = MachineTree.create(dir.resolve("r"), MachineCatalog.load("h100x8")).root();
    Releases releases = Releases.in(dir.resolve("released"), () -> Optional.of("boot"));
    HardwareCheck check = new HardwareCheck(hardware(root, root, releases));
    releases.releaseAll();
    Finding all = one(check);
    assertThat(all.state()).isEqualTo(State.WARN);
    assertThat(all.what()).contains("8 of 8 NVIDIA GPUs are released").doesNotContain("work");
    assertThat(all.remedy()).isEqualTo("'acceld release --all --back' takes them back");

    releases.takeBackAll();
    SimulatedDevice gpu = Simulation.open(root).devices().get(3);
    releases.release(
        new DeviceName("gpu-" + gpu.uuid().substring(4, 12)),
        PciAddress.parse(gpu.pci().getFirst()));
    Finding some = one(check);
    assertThat(some.what()).contains("7 of 8 NVIDIA GPUs work", "1 of 8 NVIDIA GPUs are released");
    assertThat(some.remedy()).contains("--back").doesNotContain("reboot");
  }

  @Test
  void gpusThatAreKeptFromUsersAreNotMissed() throws IOException {
    Path root = MachineTree.create(dir.resolve("x"), MachineCatalog.load("h100x8")).root();
    Hardware hardware = hardware(root, root, Releases.NONE);
    assertThat(hardware.addresses()).hasSize(8);
    List<SimulatedDevice> gpus = Simulation.open(root).devices();
    String virtual = gpus.get(1).pci().getFirst();
    Files.writeString(root.resolve("sys/bus/pci/devices/" + virtual + "/physfn"), "");
    Path told =
        root.resolve("proc/driver/nvidia/gpus/" + gpus.get(2).pci().getFirst() + "/information");
    Files.writeString(told, Files.readString(told).replaceFirst("Excluded:.*", "Excluded: Yes"));
    assertThat(hardware.addresses()).hasSize(6);
  }

  @Test
  void gpusAndTheirDriver() throws IOException {
    Finding fine = one(hardware("h100x8", dir));
    assertThat(fine.state()).isEqualTo(State.OK);
    assertThat(fine.what()).contains("8 NVIDIA GPUs", "libnvidia-ml.so.1");

    Finding noLibrary = one(hardware("h100x8", dir.resolve("nowhere")));
    assertThat(noLibrary.state()).isEqualTo(State.FAIL);
    assertThat(noLibrary.remedy()).contains("--nvidia-driver-root");

    HardwareCheck unloaded = hardware("l4x1", dir);
    Simulation.open(dir.resolve("l4x1")).unloadDriver();
    assertThat(one(unloaded).state()).isEqualTo(State.FAIL);
  }

  @Test
  void tpusAndNothingAtAll() throws IOException {
    List<Finding> tpus = hardware("tpu-v6ex8", dir).look();
    assertThat(tpus).hasSize(2).allMatch(finding -> finding.state() == State.OK);
    assertThat(tpus.getFirst().what()).contains("8 TPU chips");
    assertThat(tpus.getLast().what())
        .contains("a new pod does not wait")
        .contains("set tpu.waitForProcesses=true");
    assertThat(one(hardware("empty", dir)).state()).isEqualTo(State.WARN);
  }

  @Test
  void disks() throws IOException {
    Finding there = one(new DiskCheck("state directory", dir, "--state-dir"));
    assertThat(there.state()).isIn(State.OK, State.WARN); // whatever this disk has
    assertThat(there.what()).contains("GiB free");
    assertThat(dir).isEmptyDirectory();
    Finding later = one(new DiskCheck("state directory", dir.resolve("a/b"), "--state-dir"));
    assertThat(later.what()).contains(dir.resolve("a/b").toString(), "does not exist yet");

    // Not even root may make a file there.
    Finding readOnly = one(new DiskCheck("CDI directory", Path.of("/proc/cdi"), "--cdi-dir"));
    assertThat(readOnly.state()).isEqualTo(State.FAIL);
    assertThat(readOnly.remedy()).contains("--cdi-dir");
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThat(one(new DiskCheck("CDI directory", file, "--cdi-dir")).state())
        .isEqualTo(State.FAIL);
  }

  @Test
  void aFullDisk() throws IOException {
    Path full = Path.of("/dev/full");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(full));
    Finding found = DiskCheck.unwritable("state directory", dir, writeTo(full), "--state-dir");
    assertThat(found.state()).isEqualTo(State.FAIL);
    assertThat(found.remedy()).contains("df -i");
  }

  /** The kernel's own words. */
  private static IOException writeTo(Path file) {
    try {
      Files.write(file, new byte[1], java.nio.file.StandardOpenOption.WRITE);
      throw new AssertionError(file + " took a byte");
    } catch (IOException e) {
      return e;
    }
  }

  @Test
  void aCheckThatFailsCostsOnlyItself() {
    Check broken =
        new Check() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public List<Finding> look() throws IOException {
            throw new IOException("oh");
          }
        };
    List<Finding> all = new Doctor(List.of(broken, new GateCheck(dir, UNSEEN))).run();
    assertThat(all).extracting(Finding::state).containsExactly(State.WARN, State.SKIPPED);
    assertThat(all.getFirst().what()).contains("oh");
  }
}
