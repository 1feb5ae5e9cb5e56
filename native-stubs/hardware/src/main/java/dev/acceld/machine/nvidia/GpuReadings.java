package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.Sysfs;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Changes to the readings of one GPU, in its state and, where sysfs shows them, there too. */
public final class GpuReadings {
  /** Settings that bend a curve over time whose area is a counter. */
  private static final Set<GpuSetting> BENDING =
      EnumSet.of(
          GpuSetting.UTILIZATION,
          GpuSetting.POWER,
          GpuSetting.POWER_LIMIT,
          GpuSetting.PCIE_SENT,
          GpuSetting.PCIE_RECEIVED);

  private GpuReadings() {}

  public static void set(
      FileTree tree, NvmlState state, Hardware.Gpu gpu, GpuSetting setting, long value) {
    int n = gpu.device().position();
    check(state, gpu, setting, value);
    if (BENDING.contains(setting)) {
      PowerModel.rebase(state, n, InitialState.now());
    }
    if (setting == GpuSetting.ECC_CORRECTED || setting == GpuSetting.ECC_UNCORRECTED) {
      aggregate(state, n, setting.stateKey(), value);
    }
    if (setting == GpuSetting.CLOCK_REASONS) {
      ThrottleClock.change(state, n, InitialState.now());
    }
    state.put(n, setting.stateKey(), value);
    link(tree, gpu, setting, value);
  }

  public static void reset(FileTree tree, NvmlState state, Hardware.Gpu gpu, GpuSetting setting) {
    int n = gpu.device().position();
    if (BENDING.contains(setting)) {
      PowerModel.rebase(state, n, InitialState.now());
    }
    if (setting == GpuSetting.CLOCK_REASONS) {
      ThrottleClock.change(state, n, InitialState.now());
    }
    state.remove(n, setting.stateKey());
    if (setting == GpuSetting.PCIE_GENERATION) {
      link(tree, gpu, setting, gpu.model().pcieGeneration());
    } else if (setting == GpuSetting.PCIE_WIDTH) {
      link(tree, gpu, setting, gpu.model().pcieWidth());
    }
  }

  /** What begins at zero with the driver. */
  public static void driverLoaded(NvmlState state, Hardware.Gpu gpu, long now) {
    int n = gpu.device().position();
    new ProcessState(state, gpu).clear();
    PowerModel.restart(state, n, now);
    ThrottleClock.restart(state, n, now);
    for (String way : List.of("ecc.corrected", "ecc.uncorrected")) {
      if (state.has(n, way)) {
        aggregate(state, n, way, state.number(n, way, 0));
        state.put(n, way, 0);
      }
    }
    for (GpuSetting counter :
        List.of(
            GpuSetting.ECC_SRAM_CORRECTED,
            GpuSetting.ECC_SRAM_UNCORRECTED,
            GpuSetting.NVLINK_CRC_ERRORS,
            GpuSetting.NVLINK_REPLAYS,
            GpuSetting.NVLINK_RECOVERIES,
            GpuSetting.NVLINK_FAILURES,
            GpuSetting.PCIE_REPLAYS,
            GpuSetting.PCIE_CORRECTABLE,
            GpuSetting.PCIE_NONFATAL,
            GpuSetting.PCIE_FATAL,
            GpuSetting.PCIE_LANE_ERRORS)) {
      state.remove(n, counter.stateKey());
    }
  }

  /** The counter over the GPU's life goes up with the one since the driver was loaded. */
  private static void aggregate(NvmlState state, int gpu, String key, long value) {
    long before = state.number(gpu, key, 0);
    long ever = state.number(gpu, key + ".aggregate", before);
    state.put(gpu, key + ".aggregate", ever + Math.max(0, value - before));
  }

  private static void check(NvmlState state, Hardware.Gpu gpu, GpuSetting setting, long value) {
    String name = gpu.device().name();
    if (setting == GpuSetting.MEMORY_TEMPERATURE && !gpu.model().hbm()) {
      throw new MachineException(name + " (" + gpu.model().name() + ") has no such sensor");
    }
    if (setting == GpuSetting.MEMORY_USED) {
      long usable =
          state.number(gpu.device().position(), "memory.total", 0)
              - state.number(gpu.device().position(), "memory.reserved", 0);
      if (value > usable) {
        throw new MachineException(
            "memory-used: " + value + " bytes are more than the " + usable + " of " + name);
      }
    }
    if (setting == GpuSetting.PCIE_GENERATION
        && (value < 1 || value > gpu.model().pcieGeneration())) {
      throw new MachineException(
          "pcie-generation: " + name + " has 1 to " + gpu.model().pcieGeneration());
    }
    if (setting == GpuSetting.PCIE_WIDTH && (value < 1 || value > gpu.model().pcieWidth())) {
      throw new MachineException("pcie-width: " + name + " has 1 to " + gpu.model().pcieWidth());
    }
  }

  private static void link(FileTree tree, Hardware.Gpu gpu, GpuSetting setting, long value) {
    if (setting == GpuSetting.PCIE_GENERATION || setting == GpuSetting.PCIE_WIDTH) {
      new Sysfs(tree).link(gpu.function(), setting == GpuSetting.PCIE_GENERATION, (int) value);
    }
  }
}
