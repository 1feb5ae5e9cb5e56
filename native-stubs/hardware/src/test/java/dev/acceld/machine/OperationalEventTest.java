package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.nvidia.OperationalEvent;
import dev.acceld.machine.tree.Identities;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPU Operational Events of a simulated driver, by the bytes that NVIDIA's structs have. */
class OperationalEventTest {
  private static final int XID = 8;
  private static final int INVALID_ARGUMENT = 2;
  private static final int NOT_SUPPORTED = 3;
  private static final int NOT_FOUND = 6;
  private static final int TIMEOUT = 10;
  private static final OperationalEvent PARITY =
      new OperationalEvent("GPU-RAS", 0x17, 2, 30, OperationalEvent.PRIMARY, 0, 0);

  @TempDir Path dir;
  private final List<Nvml> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(Nvml::close);
  }

  private static MachineDescription with(String machine, String driver) {
    MachineDescription as = MachineCatalog.load(machine);
    return new MachineDescription(
        as.name(),
        as.summary(),
        new MachineDescription.Driver(driver, "13.3", List.of()),
        as.numaNodes(),
        as.gpus(),
        as.amdGpus(),
        as.intelGpus(),
        as.tpus(),
        as.others(),
        as.tpuEnv());
  }

  private Simulation machine(String name, String driver) {
    return Simulation.open(
        MachineTree.create(dir.resolve(name + driver), with(name, driver)).root());
  }

  private Nvml nvml(String name, String driver) {
    Nvml nvml = Nvml.init(dir.resolve(name + driver));
    open.add(nvml);
    return nvml;
  }

  private static Pointer set(Nvml nvml) {
    PointerByReference set = new PointerByReference();
    assertThat(nvml.call("nvmlEventSetCreate", set)).isZero();
    return set.getValue();
  }

  private static int register(Nvml nvml, Pointer set, String uuid, int logLevel, int severity) {
    Memory config = new Memory(104);
    config.clear();
    config.setString(0, uuid, StandardCharsets.US_ASCII.name());
    config.setInt(96, logLevel);
    config.setInt(100, severity);
    return nvml.call("nvmlEventSetRegisterGpuOperationalEvents_v1", set, config);
  }

  private static Memory await(Nvml nvml, Pointer set, int wanted) {
    Memory wait = new Memory(224);
    wait.clear();
    wait.setInt(0, 50);
    assertThat(nvml.call("nvmlEventSetWait_v3", set, wait)).isEqualTo(wanted);
    return wait;
  }

  private static String uuid(int gpu) {
    return Identities.gpuUuids(MachineCatalog.load("h100x8")).get(gpu);
  }

  private static int xidOf(Nvml nvml, Pointer set) {
    Memory count = new Memory(4);
    assertThat(nvml.call("nvmlEventSetGetContextCount_v1", set, count)).isZero();
    Memory info = new Memory(20);
    info.clear();
    Memory xid = new Memory(8);
    xid.clear();
    int got = nvml.call("nvmlEventSetGetContextInfo_v1", set, info);
    int gotXid = nvml.call("nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1", set, xid);
    if (count.getInt(0) == 0) {
      assertThat(got).isEqualTo(INVALID_ARGUMENT);
      assertThat(gotXid).isEqualTo(INVALID_ARGUMENT);
      return 0;
    }
    assertThat(info.getInt(4)).as("a legacy XID").isEqualTo(1);
    assertThat(gotXid).isZero();
    return xid.getInt(4);
  }

  @Test
  void anEventHasItsIdentityAndNoXid() {
    Simulation machine = machine("h100x8", "620.30.01");
    Nvml nvml = nvml("h100x8", "620.30.01");
    Pointer set = set(nvml);
    machine.operationalEvent("gpu-3", PARITY);
    assertThat(register(nvml, set, uuid(3), 0, 0)).isZero();
    await(nvml, set, TIMEOUT); // what was before the registration is nobody's
    machine.operationalEvent("gpu-2", PARITY);
    machine.operationalEvent("gpu-3", PARITY);
    Memory got = await(nvml, set, 0);
    assertThat(got.getInt(4)).as("data type").isEqualTo(1);
    assertThat(got.getString(8)).isEqualTo(uuid(3));
    assertThat(got.getString(104)).isEqualTo("GPU-RAS");
    assertThat(got.getLong(120)).as("event bit").isZero();
    assertThat(List.of(got.getInt(176), got.getInt(180), got.getInt(184)))
        .as("severity, category, code")
        .containsExactly(30, 2, 0x17);
    assertThat(got.getInt(208)).isEqualTo(OperationalEvent.PRIMARY);
    assertThat(got.getInt(216)).isZero();
    assertThat(xidOf(nvml, set)).isZero();
    await(nvml, set, TIMEOUT);
  }

  @Test
  void anXidIsAnEventBitAndAnOperationalEventThatNamesIt() {
    Simulation machine = machine("h100x8", "620.30.01");
    Nvml nvml = nvml("h100x8", "620.30.01");
    Pointer set = set(nvml);
    assertThat(nvml.call("nvmlDeviceRegisterEvents", nvml.gpu(3), (long) XID, set)).isZero();
    assertThat(register(nvml, set, uuid(3), 0, 0)).isZero();
    machine.xid("gpu-3", 79);
    machine.xid("gpu-3", 31); // one that is known to have none
    Memory xid = await(nvml, set, 0);
    assertThat(xid.getInt(4)).isZero();
    assertThat(List.of(xid.getLong(120), xid.getLong(128))).containsExactly(8L, 79L);
    assertThat(xid.getString(8)).isEqualTo(uuid(3));
    Memory event = await(nvml, set, 0);
    assertThat(event.getString(104)).isEqualTo("GPU-BUS");
    assertThat(event.getInt(184)).isEqualTo(3);
    assertThat(xidOf(nvml, set)).isEqualTo(79);
    assertThat(await(nvml, set, 0).getLong(128)).isEqualTo(31);
    await(nvml, set, TIMEOUT);
  }

  @Test
  void theOldWaitAndAnOldDriverDeliverNone() {
    Simulation machine = machine("h100x8", "620.30.01");
    Nvml nvml = nvml("h100x8", "620.30.01");
    Pointer set = set(nvml);
    assertThat(nvml.call("nvmlDeviceRegisterEvents", nvml.gpu(3), (long) XID, set)).isZero();
    assertThat(register(nvml, set, uuid(3), 0, 0)).isZero();
    machine.operationalEvent("gpu-3", PARITY);
    assertThat(nvml.call("nvmlEventSetWait_v2", set, new Memory(32), 50)).isEqualTo(TIMEOUT);

    Simulation old = machine("h100x8", "610.43.02");
    Nvml without = nvml("h100x8", "610.43.02");
    assertThat(without.has("nvmlEventSetWait_v2")).isTrue();
    assertThat(without.has("nvmlEventSetWait_v3")).isFalse();
    assertThat(without.has("nvmlEventSetRegisterGpuOperationalEvents_v1")).isFalse();
    assertThatThrownBy(() -> old.operationalEvent("gpu-3", PARITY))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("610.43.02")
        .hasMessageContaining("615");
  }

  @Test
  void lessGraveOnesAreFilteredAndOlderGpusHaveNone() {
    Simulation machine = machine("h100x8", "620.30.01");
    Nvml nvml = nvml("h100x8", "620.30.01");
    Pointer set = set(nvml);
    assertThat(register(nvml, set, uuid(3), 0, 40)).isZero();
    machine.operationalEvent("gpu-3", PARITY);
    await(nvml, set, TIMEOUT);
    assertThat(register(nvml, set, "GPU-nobody", 0, 0)).isEqualTo(NOT_FOUND);

    machine("v100x4", "620.30.01");
    Nvml volta = nvml("v100x4", "620.30.01");
    String uuid = Identities.gpuUuids(MachineCatalog.load("v100x4")).getFirst();
    assertThat(register(volta, set(volta), uuid, 0, 0)).isEqualTo(NOT_SUPPORTED);
  }

  @Test
  void whatNoDriverCouldReportIsRefused() {
    assertThatThrownBy(() -> new OperationalEvent("GPU RAS", 1, 0, 40, 0, 0, 0))
        .hasMessageContaining("'GPU RAS' is not a module");
    assertThatThrownBy(() -> new OperationalEvent("GPU-RAS", 0x10000, 0, 40, 0, 0, 0))
        .hasMessageContaining("0xffff");
    assertThatThrownBy(() -> new OperationalEvent("GPU-RAS", 1, 0, 40, 0, 0, 1000))
        .hasMessageContaining("XID 1000");
  }
}
