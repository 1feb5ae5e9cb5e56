package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.acceld.machine.GpuProcesses.Use;
import dev.acceld.machine.description.MachineException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of this machine on simulated GPUs, as NVML's lists show them. */
class GpuProcessesTest {
  private static final long GIB = 1L << 30;
  private static final int NOT_SUPPORTED = 3;
  private static final int NOT_FOUND = 6;
  private static final int INSUFFICIENT_SIZE = 7;
  private static final int IN_USE = 19;
  private static final String COMPUTE = "nvmlDeviceGetComputeRunningProcesses_v3";
  private static final String GRAPHICS = "nvmlDeviceGetGraphicsRunningProcesses_v3";

  @TempDir Path dir;
  private Simulation simulation;
  private Nvml nvml;
  private Process sleeper;

  @BeforeEach
  void start() throws Exception {
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("h100x1")).root();
    simulation = Simulation.open(root);
    nvml = Nvml.init(root);
    sleeper = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void stop() throws Exception {
    sleeper.destroyForcibly().waitFor();
    nvml.close();
  }

  private int pid() {
    return (int) sleeper.pid();
  }

  private void run(long bytes, int sm, boolean graphics) {
    simulation.processes().run("gpu-0", pid(), new Use(bytes, sm, graphics, Optional.empty()));
  }

  /** The first of a list, by its fields; empty for an empty list. */
  private String first(String symbol, Pointer device) {
    IntByReference count = new IntByReference(4);
    Memory list = new Memory(4 * 24);
    assertThat(nvml.call(symbol, device, count, list)).isZero();
    return count.getValue() == 0
        ? ""
        : list.getInt(0) + " " + list.getLong(8) + " " + list.getInt(16) + " " + list.getInt(20);
  }

  private long used(Pointer device) {
    Memory memory = new Memory(40);
    memory.setInt(0, 40 | 2 << 24);
    assertThat(nvml.call("nvmlDeviceGetMemoryInfo_v2", device, memory)).isZero();
    return memory.getLong(32);
  }

  private int utilization(Memory sample, long since) {
    IntByReference count = new IntByReference(1);
    return nvml.call("nvmlDeviceGetProcessUtilization", nvml.gpu(0), sample, count, since);
  }

  @Test
  void aProcessIsListedWithItsMemoryWhichIsTheGpus() {
    Pointer gpu = nvml.gpu(0);
    assertThat(first(COMPUTE, gpu)).isEmpty();
    run(3 * GIB + 12345, 40, false);
    assertThat(first(COMPUTE, gpu)).isEqualTo(pid() + " " + (3 * GIB + 12345) + " -1 -1");
    assertThat(first(GRAPHICS, gpu)).isEmpty();
    assertThat(used(gpu)).isEqualTo(3 * GIB + 12345);
    IntByReference none = new IntByReference(0);
    assertThat(nvml.call(COMPUTE, gpu, none, Pointer.NULL)).isEqualTo(INSUFFICIENT_SIZE);
    assertThat(none.getValue()).isEqualTo(1);
    Memory sample = new Memory(32);
    assertThat(utilization(sample, 0)).isZero();
    assertThat(sample.getInt(0)).isEqualTo(pid());
    assertThat(sample.getInt(16)).isEqualTo(40);
    assertThat(utilization(sample, Long.MAX_VALUE)).isEqualTo(NOT_FOUND);
    run(GIB, 0, true);
    assertThat(first(COMPUTE, gpu)).isEmpty();
    assertThat(first(GRAPHICS, gpu)).startsWith(pid() + " " + GIB);
    assertThat(utilization(sample, 0)).isEqualTo(NOT_FOUND);
    simulation.processes().stop("gpu-0", pid());
    assertThat(first(GRAPHICS, gpu)).isEmpty();
  }

  @Test
  void aProcessThatEndsUsesNothing() throws Exception {
    Pointer gpu = nvml.gpu(0);
    run(70 * GIB, 40, false);
    sleeper.destroyForcibly().waitFor();
    Thread.sleep(150); // the library looks ten times a second
    assertThat(first(COMPUTE, gpu)).isEmpty();
    sleeper = new ProcessBuilder("sleep", "600").start();
    run(70 * GIB, 40, false); // the memory is free again
    assertThat(first(COMPUTE, gpu)).startsWith(pid() + " ");
    simulation.unloadDriver();
    simulation.loadDriver();
    assertThat(nvml.call("nvmlShutdown")).isZero();
    assertThat(nvml.call("nvmlInit_v2")).isZero();
    assertThat(first(COMPUTE, nvml.gpu(0))).isEmpty();
  }

  @Test
  void aPartitionHasItsOwn() {
    simulation.mig("gpu-0", true);
    simulation.partition("gpu-0", "1g.10gb", 6);
    Pointer gpu = nvml.gpu(0);
    PointerByReference handle = new PointerByReference();
    assertThat(nvml.call("nvmlDeviceGetMigDeviceHandleByIndex", gpu, 0, handle)).isZero();
    Pointer part = handle.getValue();
    Memory uuid = new Memory(80);
    assertThat(nvml.call("nvmlDeviceGetUUID", part, uuid, 80)).isZero();
    Optional<String> partition = Optional.of(uuid.getString(0));
    GpuProcesses processes = simulation.processes();
    assertThatThrownBy(() -> run(GIB, 0, false)).hasMessageContaining(partition.orElseThrow());
    processes.run("gpu-0", pid(), new Use(2 * GIB, 30, false, partition));
    String listed = first(COMPUTE, part);
    assertThat(listed).startsWith(pid() + " " + 2 * GIB).doesNotContain("-1");
    assertThat(first(COMPUTE, gpu)).isEqualTo(listed);
    assertThat(used(part)).isEqualTo(2 * GIB);
    assertThat(utilization(new Memory(32), 0)).isEqualTo(NOT_SUPPORTED);
    Memory bar1 = new Memory(24);
    assertThat(nvml.call("nvmlDeviceGetBAR1MemoryInfo", part, bar1)).isZero();
    assertThat(bar1.getLong(0)).isPositive();
    IntByReference count = new IntByReference(8);
    Memory instances = new Memory(64);
    assertThat(nvml.call("nvmlDeviceGetGpuInstances", gpu, 19, instances, count)).isZero();
    Pointer instance = instances.getPointer(0);
    assertThat(nvml.call("nvmlGpuInstanceGetComputeInstances", instance, 0, instances, count))
        .isZero();
    Pointer compute = instances.getPointer(0);
    assertThat(nvml.call("nvmlComputeInstanceDestroy", compute)).isEqualTo(IN_USE);
    processes.stop("gpu-0", pid());
    assertThat(nvml.call("nvmlComputeInstanceDestroy", compute)).isZero();
  }

  @Test
  void mistakesAreNamed() {
    GpuProcesses processes = simulation.processes();
    Use use = new Use(GIB, 10, false, Optional.empty());
    assertThatThrownBy(() -> processes.run("gpu-0", Integer.MAX_VALUE, use))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("no process 2147483647 runs");
    assertThatThrownBy(() -> run(GIB, 101, false)).hasMessageContaining("101");
    assertThatThrownBy(() -> run(900 * GIB, 1, false)).hasMessageContaining("gpu-0 has free");
    assertThatThrownBy(() -> processes.stop("gpu-0", pid())).hasMessageContaining("does not use");
    Use onPart = new Use(GIB, 10, false, Optional.of("MIG-1"));
    assertThatThrownBy(() -> processes.run("gpu-0", pid(), onPart))
        .hasMessageContaining("not in MIG mode");
  }
}
