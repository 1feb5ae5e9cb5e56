package dev.acceld.watch;

import static dev.acceld.probe.Fakes.gpu;
import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.device.process.ProcessUse;
import dev.acceld.host.HostProcesses;
import dev.acceld.host.HostTree;
import dev.acceld.host.ProcessTable;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StuckProcessesTest {
  private static final String UID = "0a1b2c3d-0000-1111-2222-333344445555";

  @TempDir Path root;
  private final Fakes.HandClock clock = new Fakes.HandClock();
  private final List<Signal.Defect> told = new ArrayList<>();
  private final Map<DeviceName, List<DeviceProcess>> uses = new HashMap<>();
  private final Inventory inventory =
      new Inventory(Instant.EPOCH, List.of(gpu("gpu-0"), gpu("gpu-1")), Set.of(), List.of());
  private HostTree tree;
  private StuckProcesses watch;

  @BeforeEach
  void plant() {
    tree = new HostTree(root).file("/proc/uptime", "1000.50 3000.00\n");
    tree.file("/proc/2/comm", "kthreadd\n");
    watch =
        new StuckProcesses(
            () -> inventory,
            () ->
                new Readings(clock.instant(), Map.of(name("gpu-0"), Sample.EMPTY), Map.of(), uses),
            () -> Fakes.RULES,
            ProcessTable.of(new HostProcesses(tree.host())),
            signals -> signals.forEach(signal -> told.add((Signal.Defect) signal)),
            clock::instant,
            clock::nanos);
    uses.put(name("gpu-0"), List.of(use(7)));
    uses.put(name("gpu-1"), List.of(use(8)));
    process(7, "S", 500);
    process(8, "S", 501);
  }

  private static DeviceProcess use(int pid) {
    return new DeviceProcess(
        pid, DeviceProcess.Kind.COMPUTE, OptionalLong.empty(), ProcessUse.UNKNOWN);
  }

  private void process(int pid, String state, long startTicks) {
    String cgroup = "0::/kubepods/burstable/pod" + UID + "/" + "ab".repeat(32);
    tree.file("/proc/" + pid + "/comm", "py) thon\n").file("/proc/" + pid + "/cgroup", cgroup);
    String rest = " 1 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 " + startTicks + " 9 9";
    tree.file("/proc/" + pid + "/stat", pid + " (py) thon) " + state + rest);
  }

  private void looks(int count) {
    for (int i = 0; i < count; i++) {
      watch.look();
      clock.seconds(10);
    }
  }

  @Test
  void aProcessInStateDForTwoMinutesIsToldAndItsEndToo() {
    looks(5);
    process(7, "D", 500);
    looks(12);
    assertThat(told).isEmpty();
    looks(1);
    assertThat(told)
        .singleElement()
        .satisfies(defect -> {
          assertThat(defect.device()).isEqualTo(name("gpu-0"));
          assertThat(defect.present()).isTrue();
          assertThat(defect.detail()).isEqualTo("process 7 (py) thon) of the pod with UID " + UID);
        });
    looks(5);
    assertThat(told).hasSize(1);
    process(7, "S", 500);
    looks(1);
    assertThat(told).hasSize(2);
    assertThat(told.getLast().present()).isFalse();
  }

  /** Every process that reads from a disk is in that state now and then. */
  @Test
  void oneThatOnlyWaitsNowAndThenIsNotStuck() {
    for (int i = 0; i < 30; i++) {
      process(7, i % 6 == 5 ? "S" : "D", 500);
      looks(1);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void anIdThatIsAnothersByNowBeginsAnew() {
    process(7, "D", 500);
    looks(10);
    process(7, "D", 900);
    looks(10);
    assertThat(told).isEmpty();
  }

  @Test
  void aDeviceOfWhichNobodyKnowsTheProcessesIsAsItWas() {
    process(7, "D", 500);
    looks(13);
    assertThat(told).hasSize(1);
    uses.remove(name("gpu-0"));
    looks(3);
    assertThat(told).hasSize(1);
    uses.put(name("gpu-0"), List.of());
    looks(1);
    assertThat(told).hasSize(2);
  }
}
