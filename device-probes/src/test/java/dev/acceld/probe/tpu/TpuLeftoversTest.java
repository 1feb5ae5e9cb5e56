package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.host.HostTree;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.DeviceHolder;
import dev.acceld.probe.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpuLeftoversTest {
  private static final String UID = "0a1b2c3d-0000-1111-2222-333344445555";
  private static final DeviceName CHIP = new DeviceName("tpu-0000-00-04");
  private static final Signal OVER =
      new Signal.Defect(CHIP, Instant.EPOCH, DefectKind.LEFTOVER_PROCESS, false, "");

  @TempDir Path root;
  private HostTree tree;
  private HostFs fs;
  private List<Device> devices;
  private TpuLeftovers leftovers;
  private final Set<DeviceName> held = new HashSet<>();
  private boolean known = true;
  private final AtomicInteger asked = new AtomicInteger();
  private Runnable between = () -> {};

  private final ClusterView cluster =
      new ClusterView() {
        @Override
        public Map<String, String> nodeLabels() {
          return Map.of();
        }

        @Override
        public List<DeviceHolder> holders() {
          return List.of();
        }

        @Override
        public Optional<Set<DeviceName>> held() {
          if (asked.incrementAndGet() % 2 == 0) {
            between.run();
          }
          return known ? Optional.of(Set.copyOf(held)) : Optional.empty();
        }

        @Override
        public Optional<String> address(DeviceHolder holder) {
          return Optional.empty();
        }
      };

  @BeforeEach
  void plant() throws Exception {
    MachineTree machine = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    tree = new HostTree(machine.root());
    fs = new HostFs(machine.root());
    devices = TpuTests.probe(fs).discover().devices();
    tree.file("/proc/2/comm", "kthreadd\n").link("/proc/1/fd/0", "/dev/null");
    leftovers =
        new TpuLeftovers(
            cluster, new TpuUsers(new HostProcesses(fs)), false, Duration.ofSeconds(30));
    leftovers.set(devices);
  }

  private void open(int pid, String comm) {
    tree.file("/proc/" + pid + "/comm", comm + "\n")
        .link("/proc/" + pid + "/fd/9", devices.getFirst().common().files().getFirst().path());
  }

  private List<Signal> look() {
    leftovers.look();
    return leftovers.changes(Instant.EPOCH);
  }

  private static Signal told(String text) {
    return new Signal.Defect(CHIP, Instant.EPOCH, DefectKind.LEFTOVER_PROCESS, true, text);
  }

  @Test
  void aProcessThatIsSeenTwiceIsToldUntilItLetsGo() {
    open(4711, "python3");
    tree.file("/proc/4711/cgroup", "0::/kubepods/pod" + UID + "/c\n");
    assertThat(leftovers.look()).as("look again soon").isFalse();
    assertThat(leftovers.changes(Instant.EPOCH)).isEmpty();
    assertThat(look()).containsExactly(told("process 4711 (python3) of the pod with UID " + UID));
    assertThat(look()).isEmpty();
    tree.remove("/proc/4711/fd/9");
    assertThat(look()).containsExactly(OVER);
    assertThat(leftovers.look()).isTrue();
  }

  /** For who wants to know: the holder's, too, with the start times that tell who they are. */
  @Test
  void whoHasAChipOpenIsToldOnDemand() {
    open(4711, "python3");
    tree.file("/proc/4711/stat", "4711 (python3) S" + " 1".repeat(18) + " 5000 0");
    held.add(CHIP);
    look();
    assertThat(leftovers.processes()).isEmpty();
    TpuLeftovers asked =
        new TpuLeftovers(
            cluster, new TpuUsers(new HostProcesses(fs)), true, Duration.ofSeconds(30));
    asked.set(devices);
    assertThat(asked.processes()).isEmpty();
    assertThat(asked.look()).isTrue();
    assertThat(asked.processes())
        .hasSize(8)
        .containsEntry(CHIP, List.of(DeviceProcess.open(4711, 5000)));
    assertThat(asked.changes(Instant.EPOCH)).isEmpty();
    known = false;
    tree.remove("/proc/4711/fd/9");
    asked.look();
    assertThat(asked.processes()).hasSize(8).containsEntry(CHIP, List.of());
    tree.remove("/proc/1/fd");
    asked.look();
    assertThat(asked.processes()).as("not told is not nobody").isEmpty();
  }

  @Test
  void aProcessOutsideOfPodsIsNamedAsSuch() {
    open(77, "qemu");
    open(78, "qemu");
    look();
    assertThat(look()).containsExactly(told("process 77 (qemu), which is in no pod, and 1 more"));
  }

  /** As a libtpu that ends. */
  @Test
  void whoLetsGoBetweenTwoLooksIsNoNews() {
    open(4711, "python3");
    look();
    tree.remove("/proc/4711/fd/9");
    open(4712, "python3");
    assertThat(look()).isEmpty();
    tree.remove("/proc/4712/fd/9");
    assertThat(look()).isEmpty();
  }

  @Test
  void theProcessesOfAHolderAreNone() {
    open(4711, "python3");
    for (String holder : List.of("tpu-0000-00-04", "tpu-2x2-0000-00-04", "tpu-2x4-0000-00-04")) {
      held.clear();
      held.addAll(Set.of(new DeviceName(holder), new DeviceName("gpu-0")));
      look();
      assertThat(look()).isEmpty();
    }
  }

  /** Its record is written before its container begins. */
  @Test
  void aClaimThatIsPreparedDuringTheLookIsAHolder() {
    open(4711, "python3");
    between = () -> held.add(CHIP);
    look();
    held.clear();
    assertThat(look()).isEmpty();
    held.clear();
    assertThat(look()).isEmpty();
  }

  @Test
  void aNewHolderDoesNotEndItButItsOwnProcessesDoNotCount() {
    open(4711, "python3");
    look();
    assertThat(look()).hasSize(1);
    held.add(CHIP);
    open(4800, "admin");
    assertThat(look()).isEmpty();
    tree.remove("/proc/4711/fd/9");
    assertThat(look()).containsExactly(OVER);
  }

  @Test
  void whatIsNotKnownChangesNothing() {
    open(4711, "python3");
    known = false;
    look();
    assertThat(look()).isEmpty();
    known = true;
    held.add(new DeviceName("tpu-4x4-that-is-not-offered-any-more"));
    look();
    assertThat(look()).isEmpty();
    held.clear();
    look();
    assertThat(look()).hasSize(1);
    known = false;
    tree.remove("/proc/4711/fd/9");
    assertThat(look()).isEmpty();
    known = true;
    tree.remove("/proc/1/fd/0");
    assertThat(look()).as("the files of processes cannot be seen").isEmpty();
    leftovers.set(devices.subList(1, devices.size()));
    tree.link("/proc/1/fd/0", "/dev/null");
    assertThat(look()).as("the chip is away").isEmpty();
    leftovers.set(devices);
    assertThat(look()).containsExactly(OVER);
  }

  /** A look at all processes is dear. */
  @Test
  void nobodyIsLookedForWhileEveryChipIsHeld() {
    held.add(new DeviceName("tpu-2x4-0000-00-04"));
    assertThat(leftovers.look()).isTrue();
    assertThat(asked).as("no second question after a look").hasValue(1);
  }

  @Test
  void theProbeLooksByItselfAndTells() throws Exception {
    open(4711, "python3");
    try (TpuProbe probe =
        new TpuProbe(
            fs,
            TpuTests.host(fs),
            new TpuWorkloads(ClusterView.NONE),
            Optional.of(leftovers),
            () -> Instant.EPOCH,
            Optional.empty())) {
      probe.read(probe.discover().devices());
      await().until(() -> asked.get() >= 2);
      leftovers.look();
      assertThat(probe.signals())
          .containsExactly(told("process 4711 (python3), which is in no pod"));
    }
  }
}
