package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.nvidia.InitialState;
import dev.acceld.machine.nvidia.NvidiaDriver;
import dev.acceld.machine.nvidia.NvmlState;
import dev.acceld.machine.nvidia.PowerModel;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Identities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults and readings, from the one side written by {@link Simulation}, from the other read by
 * NVML.
 */
class SimulationTest {
  private static final int XID_EVENT = 8;
  private static final int UNINITIALIZED = 1;
  private static final int TIMEOUT = 10;
  private static final int LOST = 15;

  @TempDir Path dir;
  private Path root;
  private Simulation simulation;
  private Nvml nvml;

  @BeforeEach
  void start() {
    root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("h100x8")).root();
    simulation = Simulation.open(root);
    nvml = Nvml.init(root);
  }

  @AfterEach
  void stop() {
    nvml.close();
  }

  @Test
  void aReadingThatIsSetIsExactAndSeenAtOnce() {
    Pointer gpu = nvml.gpu(3);
    simulation.set("gpu-3", "temperature", "61");
    assertThat(nvml.temperature(gpu)).isEqualTo(61);
    simulation.set(Identities.gpuUuids(MachineCatalog.load("h100x8")).get(3), "temperature", "62");
    assertThat(nvml.temperature(gpu)).isEqualTo(62);
    simulation.set("0000:5b:00.0", "power", "312.5");
    assertThat(nvml.u32("nvmlDeviceGetPowerUsage", gpu)).isEqualTo(312_500);
    simulation.set("gpu-3", "memory-used", "20GiB");
    Memory memory = new Memory(40);
    memory.setInt(0, 40 | 2 << 24);
    assertThat(nvml.call("nvmlDeviceGetMemoryInfo_v2", gpu, memory)).isZero();
    assertThat(memory.getLong(32)).isEqualTo(20L << 30);
    simulation.set("gpu-3", "pcie-width", "8");
    assertThat(nvml.u32("nvmlDeviceGetCurrPcieLinkWidth", gpu)).isEqualTo(8);
    assertThat(root.resolve("sys/bus/pci/devices/0000:5b:00.0/current_link_width"))
        .hasContent("8\n");
    simulation.set("gpu-3", "pcie-width", "auto");
    assertThat(nvml.u32("nvmlDeviceGetCurrPcieLinkWidth", gpu)).isEqualTo(16);
    assertThat(nvml.temperature(nvml.gpu(2))).as("the neighbour").isBetween(30, 80);
  }

  @Test
  void energyIsPowerOverTimeAndNeverFalls() throws InterruptedException {
    Pointer gpu = nvml.gpu(0);
    long first = nvml.u64("nvmlDeviceGetTotalEnergyConsumption", gpu);
    simulation.set("gpu-0", "power", "500");
    long before = nvml.u64("nvmlDeviceGetTotalEnergyConsumption", gpu);
    long from = System.nanoTime();
    Thread.sleep(300);
    long after = nvml.u64("nvmlDeviceGetTotalEnergyConsumption", gpu);
    double seconds = (System.nanoTime() - from) * 1e-9;
    assertThat(before).isGreaterThanOrEqualTo(first);
    assertThat((double) (after - before)).isCloseTo(500_000 * seconds, within(500_000 * 0.05));
    simulation.set("gpu-0", "power", "auto");
    assertThat(nvml.u64("nvmlDeviceGetTotalEnergyConsumption", gpu)).isGreaterThanOrEqualTo(after);
  }

  @Test
  void bothModelsOfPowerAgree() {
    Pointer gpu = nvml.gpu(5);
    NvmlState state = NvmlState.read(new FileTree(root));
    state.put(5, "counters.since", InitialState.now() - 1_000_000_000_000L);
    state.write(new FileTree(root));
    long told = nvml.u64("nvmlDeviceGetTotalEnergyConsumption", gpu);
    PowerModel.rebase(state, 5, InitialState.now());
    assertThat((double) state.number(5, "energy.base", 0))
        .isCloseTo((double) told, within(told * 0.005))
        .isBetween(1000 * 68_000.0, 1000 * 700_000.0);
  }

  @Test
  void xidsArriveInOrderAndOnlyThoseAfterRegistration() {
    simulation.xid("gpu-1", 13);
    Pointer set = eventSet();
    for (int i = 0; i < 8; i++) {
      assertThat(nvml.call("nvmlDeviceRegisterEvents", nvml.gpu(i), (long) XID_EVENT, set))
          .isZero();
    }
    Memory event = new Memory(32);
    assertThat(nvml.call("nvmlEventSetWait_v2", set, event, 30)).isEqualTo(TIMEOUT);
    simulation.xid("gpu-3", 48);
    simulation.xid("gpu-1", 31);
    simulation.xid("gpu-3", 79);
    List<String> seen = new ArrayList<>();
    while (nvml.call("nvmlEventSetWait_v2", set, event, 50) == 0) {
      assertThat(event.getLong(8)).isEqualTo(XID_EVENT);
      assertThat(event.getInt(24)).isEqualTo(-1);
      seen.add(nvml.u32("nvmlDeviceGetIndex", event.getPointer(0)) + ":" + event.getLong(16));
    }
    assertThat(seen).containsExactly("3:48", "1:31", "3:79");
    assertThat(recoveryAction(nvml.gpu(3))).isEqualTo(2);
    assertThat(recoveryAction(nvml.gpu(1))).isZero();
    simulation.restore("gpu-3");
    assertThat(recoveryAction(nvml.gpu(3))).isZero();
    assertThat(nvml.call("nvmlEventSetFree", set)).isZero();
    assertThat(nvml.call("nvmlEventSetWait_v2", set, event, 0)).as("freed").isEqualTo(2);
  }

  @Test
  void anXidEndsAWaitEarly() {
    Pointer set = eventSet();
    assertThat(nvml.call("nvmlDeviceRegisterEvents", nvml.gpu(0), (long) XID_EVENT, set)).isZero();
    Memory event = new Memory(32);
    CompletableFuture<Integer> waiting =
        CompletableFuture.supplyAsync(() -> nvml.call("nvmlEventSetWait_v2", set, event, 20_000));
    simulation.xid("gpu-0", 94);
    await().atMost(Duration.ofSeconds(5)).until(waiting::isDone);
    assertThat(waiting.join()).isZero();
    assertThat(event.getLong(16)).isEqualTo(94);
  }

  @Test
  void aLostGpuAnswersLostAndItsSiblingsDoNot() {
    Pointer gpu = nvml.gpu(3);
    Pointer set = eventSet();
    assertThat(nvml.call("nvmlDeviceRegisterEvents", gpu, (long) XID_EVENT, set)).isZero();
    simulation.lose("gpu-3");
    assertThat(nvml.temperature(gpu)).isEqualTo(-LOST);
    assertThat(nvml.call("nvmlDeviceGetHandleByIndex_v2", 3, new PointerByReference()))
        .isEqualTo(LOST);
    assertThat(nvml.call("nvmlEventSetWait_v2", set, new Memory(32), 0)).isEqualTo(LOST);
    assertThat(nvml.temperature(nvml.gpu(4))).isPositive();
    assertThat(root.resolve("sys/bus/pci/devices/0000:5b:00.0")).exists();
    simulation.restore("gpu-3");
    assertThat(nvml.temperature(gpu)).isPositive();
  }

  @Test
  void aGpuOffTheBusIsNotFoundAgainBeforeItIsBack() {
    simulation.lose("gpu-0", true);
    assertThat(root.resolve("sys/bus/pci/devices/0000:0f:00.0")).doesNotExist();
    assertThat(root.resolve("sys/kernel/iommu_groups/28")).doesNotExist();
    assertThat(root.resolve("proc/driver/nvidia/gpus/0000:0f:00.0")).doesNotExist();
    assertThat(nvml.call("nvmlShutdown")).isZero();
    assertThat(nvml.call("nvmlInit_v2")).isZero();
    assertThat(count()).isEqualTo(7);
    assertThat(nvml.u32("nvmlDeviceGetMinorNumber", nvml.gpu(0))).as("index moved").isEqualTo(1);
    simulation.restore("gpu-0");
    assertThat(root.resolve("sys/bus/pci/devices/0000:0f:00.0/vendor")).exists();
    assertThat(nvml.call("nvmlShutdown")).isZero();
    assertThat(nvml.call("nvmlInit_v2")).isZero();
    assertThat(count()).isEqualTo(8);
  }

  @Test
  void aCallHangsUntilItIsLetGoAndOthersDoNot() {
    Pointer gpu = nvml.gpu(0);
    simulation.hang("nvmlDeviceGetTemperature");
    CompletableFuture<Integer> hanging = CompletableFuture.supplyAsync(() -> nvml.temperature(gpu));
    assertThat(nvml.u32("nvmlDeviceGetMinorNumber", gpu)).isZero();
    await().during(Duration.ofMillis(150)).until(() -> !hanging.isDone());
    simulation.unhang("nvmlDeviceGetTemperature");
    await().atMost(Duration.ofSeconds(5)).until(hanging::isDone);
    assertThat(hanging.join()).isPositive();
    simulation.hang("nvmlDeviceGetTemperature", "gpu-1");
    assertThat(nvml.temperature(gpu)).as("only gpu-1 hangs").isPositive();
  }

  @Test
  void aCallAnswersWithTheCodeAskedFor() {
    simulation.fail("nvmlDeviceGetTemperature", "gpu-2", 999);
    assertThat(nvml.temperature(nvml.gpu(2))).isEqualTo(-999);
    assertThat(nvml.temperature(nvml.gpu(1))).isPositive();
    simulation.fail("nvmlDeviceGetTemperature", 16);
    assertThat(nvml.temperature(nvml.gpu(1))).isEqualTo(-16);
    simulation.fail("nvmlDeviceGetTemperature", 0);
    assertThat(nvml.temperature(nvml.gpu(2))).isPositive();
  }

  @Test
  void withoutADriverSessionsAreDeadAndANewOneFindsItAgain() {
    Pointer gpu = nvml.gpu(0);
    simulation.unloadDriver();
    assertThat(root.resolve(NvidiaDriver.nvmlLink().substring(1))).doesNotExist();
    assertThat(root.resolve("proc/driver/nvidia")).doesNotExist();
    assertThat(root.resolve("proc/devices")).content().doesNotContain("nvidia");
    assertThat(nvml.temperature(gpu)).isEqualTo(-UNINITIALIZED);
    assertThat(nvml.call("nvmlInit_v2")).isEqualTo(9);
    simulation.loadDriver();
    assertThat(nvml.temperature(gpu)).as("a session of before").isEqualTo(-UNINITIALIZED);
    assertThat(nvml.call("nvmlInit_v2")).isZero();
    assertThat(nvml.temperature(nvml.gpu(0))).isPositive();
    assertThat(root.resolve(NvidiaDriver.nvmlLink().substring(1))).exists();
  }

  @Test
  void aRebootClearsWhatARebootClears() throws Exception {
    String boot = Files.readString(root.resolve("proc/sys/kernel/random/boot_id"));
    simulation.set("gpu-0", "ecc-uncorrected", "5");
    simulation.xid("gpu-0", 79);
    simulation.lose("gpu-0", true);
    simulation.hang("nvmlDeviceGetName");
    simulation.reboot();
    assertThat(Files.readString(root.resolve("proc/sys/kernel/random/boot_id"))).isNotEqualTo(boot);
    assertThat(nvml.call("nvmlInit_v2")).isZero();
    Pointer gpu = nvml.gpu(0);
    assertThat(nvml.string("nvmlDeviceGetName", gpu)).contains("H100");
    assertThat(recoveryAction(gpu)).isZero();
    assertThat(ecc(gpu, 0)).as("volatile").isZero();
    assertThat(ecc(gpu, 1)).as("aggregate").isEqualTo(5);
    assertThat(nvml.u64("nvmlDeviceGetTotalEnergyConsumption", gpu)).isLessThan(700_000L * 60);
  }

  @Test
  void manyThreadsMayReadWhileTheStateChanges() {
    List<CompletableFuture<Integer>> readers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Pointer gpu = nvml.gpu(t);
      int expected = 40 + t;
      simulation.set("gpu-" + t, "temperature", Integer.toString(expected));
      readers.add(
          CompletableFuture.supplyAsync(() -> {
            int wrong = 0;
            for (int i = 0; i < 2000; i++) {
              wrong += nvml.temperature(gpu) == expected ? 0 : 1;
            }
            return wrong;
          }));
    }
    for (int i = 0; i < 50; i++) {
      simulation.set("gpu-7", "utilization", Integer.toString(i));
    }
    assertThat(readers).allSatisfy(r -> assertThat(r.join()).isZero());
    Memory rates = new Memory(8);
    assertThat(nvml.call("nvmlDeviceGetUtilizationRates", nvml.gpu(7), rates)).isZero();
    assertThat(rates.getInt(0)).isEqualTo(49);
  }

  @Test
  void anUnknownFieldCostsOnlyItself() {
    Memory values = new Memory(3 * 40);
    values.clear();
    values.setInt(0, 82);
    values.setInt(40, 4711);
    values.setInt(80, 198);
    assertThat(nvml.call("nvmlDeviceGetFieldValues", nvml.gpu(0), 3, values)).isZero();
    assertThat(values.getInt(28)).isZero();
    assertThat(values.getInt(32)).isBetween(30, 90);
    assertThat(values.getInt(40 + 28)).isEqualTo(2);
    assertThat(values.getInt(80 + 28)).isZero();
    assertThat(values.getInt(80 + 24)).as("unsigned long long").isEqualTo(3);
  }

  @Test
  void timeWithClocksHeldDownIsCountedByCause() throws Exception {
    simulation.set("gpu-0", "clock-reasons", "0x44");
    Thread.sleep(30);
    simulation.set("gpu-0", "clock-reasons", "0x40");
    long power = fieldValue(nvml.gpu(0), 74);
    long heat = fieldValue(nvml.gpu(0), 75);
    assertThat(power).as("nanoseconds").isGreaterThanOrEqualTo(30_000_000);
    assertThat(heat).isGreaterThanOrEqualTo(power);
    Thread.sleep(5);
    assertThat(fieldValue(nvml.gpu(0), 74)).isEqualTo(power);
    assertThat(fieldValue(nvml.gpu(0), 75)).isGreaterThan(heat);
    simulation.set("gpu-0", "clock-reasons", "auto");
    long after = fieldValue(nvml.gpu(0), 75);
    Thread.sleep(5);
    assertThat(fieldValue(nvml.gpu(0), 75)).isEqualTo(after);
    simulation.reboot();
  }

  private long fieldValue(Pointer gpu, int field) {
    Memory values = new Memory(40);
    values.clear();
    values.setInt(0, field);
    assertThat(nvml.call("nvmlDeviceGetFieldValues", gpu, 1, values)).isZero();
    assertThat(values.getInt(28)).isZero();
    return values.getLong(32);
  }

  @Test
  void mistakesAreToldWithTheRemedy() {
    assertThatThrownBy(() -> simulation.xid("gpu-9", 79))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("no device 'gpu-9'")
        .hasMessageContaining("gpu-0, gpu-1");
    assertThatThrownBy(() -> simulation.set("gpu-0", "temprature", "3"))
        .hasMessageContaining("did you mean 'temperature'");
    assertThatThrownBy(() -> simulation.set("gpu-0", "utilization", "101"))
        .hasMessageContaining("0 to 100");
    assertThatThrownBy(() -> simulation.set("gpu-0", "memory-used", "80GiB"))
        .hasMessageContaining("more than");
    assertThatThrownBy(() -> simulation.hang("nvmlDeviceGetTemprature"))
        .hasMessageContaining("did you mean 'nvmlDeviceGetTemperature'");
    assertThatThrownBy(() -> Simulation.open(dir.resolve("nowhere")))
        .hasMessageContaining("--machine");
  }

  private Pointer eventSet() {
    PointerByReference set = new PointerByReference();
    assertThat(nvml.call("nvmlEventSetCreate", set)).isZero();
    return set.getValue();
  }

  private int count() {
    Memory count = new Memory(4);
    assertThat(nvml.call("nvmlDeviceGetCount_v2", count)).isZero();
    return count.getInt(0);
  }

  private int recoveryAction(Pointer gpu) {
    Memory value = new Memory(40);
    value.clear();
    value.setInt(0, 230);
    assertThat(nvml.call("nvmlDeviceGetFieldValues", gpu, 1, value)).isZero();
    assertThat(value.getInt(28)).isZero();
    return value.getInt(32);
  }

  private long ecc(Pointer gpu, int counter) {
    Memory value = new Memory(8);
    assertThat(nvml.call("nvmlDeviceGetTotalEccErrors", gpu, 1, counter, value)).isZero();
    return value.getLong(0);
  }
}
