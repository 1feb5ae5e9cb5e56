package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.GpuModel;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineDescription.Driver;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.Identities;
import java.time.Instant;
import java.util.Objects;

/** A machine's NVML state as it is when the machine is new. */
public final class InitialState {
  private static final long MIB = 1 << 20;
  private static final int BRAND_NVIDIA = 14;
  private static final int FABRIC_COMPLETED = 3;

  private InitialState() {}

  public static NvmlState of(FileTree tree, MachineDescription machine, Hardware hardware) {
    Driver driver = Objects.requireNonNull(machine.driver());
    NvmlState state = NvmlState.empty();
    state.put("driver.loaded", 1);
    state.put("driver.generation", 1);
    state.put("driver.version", driver.version());
    String[] cuda = driver.cuda().split("\\.", 2);
    state.put("driver.cuda", Integer.parseInt(cuda[0]) * 1000 + Integer.parseInt(cuda[1]) * 10);
    state.put("driver.nvml", (driver.branch() >= 580 ? "13." : "12.") + driver.version());
    state.put("event.next", 1);
    state.put("gpu.count", hardware.gpus().size());
    hardware.gpus().forEach(gpu -> gpu(tree, state, machine, gpu));
    return state;
  }

  private static void gpu(
      FileTree tree, NvmlState state, MachineDescription machine, Hardware.Gpu gpu) {
    int n = gpu.device().position();
    GpuModel model = gpu.model();
    state.put(n, "uuid", gpu.device().uuid());
    state.put(n, "name", model.name());
    state.put(n, "serial", Identities.serial(machine, n));
    state.put(n, "part", model.partNumber());
    state.put(n, "vbios", model.vbios());
    state.put(n, "pci", gpu.place().pci());
    state.put(n, "pci.device", "0x" + Integer.toHexString(model.device().value() << 16 | 0x10de));
    state.put(
        n, "pci.subsystem", "0x" + Integer.toHexString(model.subsystem().value() << 16 | 0x10de));
    state.put(n, "minor", gpu.place().minor());
    if (gpu.place().module() != null) {
      state.put(n, "module", gpu.place().module());
    }
    state.put(n, "brand", BRAND_NVIDIA);
    state.put(n, "architecture", model.architecture().nvml);
    String[] capability = model.computeCapability().split("\\.", 2);
    state.put(n, "cc.major", capability[0]);
    state.put(n, "cc.minor", capability[1]);
    state.put(n, "cores", model.cores());
    state.put(n, "bus.width", model.memoryBusBits());
    state.put(n, "memory.total", model.memoryMiB() * MIB);
    state.put(n, "memory.reserved", model.reservedMiB() * MIB);
    state.put(n, "bar1.total", Long.highestOneBit(model.memoryMiB() * 2 - 1) * MIB);
    state.put(n, "power.idle", model.idleWatts() * 1000);
    state.put(n, "power.limit.min", model.minWatts() * 1000);
    state.put(n, "power.limit.max", model.limitWatts() * 1000);
    state.put(n, "power.limit.default", model.limitWatts() * 1000);
    state.put(n, "clock.sm.max", model.smClockMHz());
    state.put(n, "clock.memory.max", model.memoryClockMHz());
    state.put(n, "clock.video.max", model.videoClockMHz());
    state.put(n, "pcie.generation.max", model.pcieGeneration());
    state.put(n, "pcie.width.max", model.pcieWidth());
    state.put(n, "hbm", model.hbm() ? 1 : 0);
    if (model.ecc() != null) {
      state.put(n, "ecc.mode", model.ecc() ? 1 : 0);
    }
    new MigState(tree, state, gpu).describe();
    if (model.addressing() != null) {
      state.put(n, "addressing", model.addressing().ordinal());
    }
    if (gpu.place().memoryNuma() != null) {
      state.put(n, "numa", gpu.place().memoryNuma());
    }
    if (model.nvlinks() != null && model.nvlinkVersion() != null) {
      state.put(n, "nvlink.links", model.nvlinks());
      state.put(n, "nvlink.version", model.nvlinkVersion());
    }
    if (Boolean.TRUE.equals(model.fabric())) {
      state.put(n, "fabric.state", FABRIC_COMPLETED);
    }
    state.put(n, "counters.since", now());
  }

  /** Nanoseconds since the epoch, as the state file counts time. */
  public static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
