package dev.acceld.machine;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.nvidia.NvmlState;
import dev.acceld.machine.nvidia.ProcessState;
import dev.acceld.machine.tree.Hardware;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Lets processes of this machine use simulated GPUs; as {@link Simulation} in all else. A process
 * that ends, or whose driver is loaded anew, uses none any more.
 */
public final class GpuProcesses {
  private final Consumer<Consumer<NvmlState>> editor;
  private final BiFunction<String, String, Hardware.Gpu> gpus;

  GpuProcesses(
      Consumer<Consumer<NvmlState>> editor, BiFunction<String, String, Hardware.Gpu> gpus) {
    this.editor = editor;
    this.gpus = gpus;
  }

  /**
   * What a process uses.
   *
   * @param memoryBytes memory of the GPU
   * @param smPercent share of time in which it keeps the multiprocessors busy, 0 to 100
   * @param graphics whether it draws; else it computes
   * @param partition UUID of the MIG partition that it runs on
   */
  public record Use(
      long memoryBytes, int smPercent, boolean graphics, Optional<String> partition) {}

  /**
   * From now on a process uses a GPU; what it used of this GPU before is replaced.
   *
   * @param pid of a process that runs on this machine
   */
  public void run(String device, int pid, Use use) {
    Hardware.Gpu gpu = gpus.apply(device, "run a process");
    if (use.smPercent < 0 || use.smPercent > 100) {
      throw new MachineException("sm: " + use.smPercent + " is not a percentage, 0 to 100");
    }
    long start = ProcessState.startOf(pid).orElseThrow(() -> Mistakes.noProcess(pid));
    editor.accept(state ->
        new ProcessState(state, gpu)
            .put(
                pid,
                start,
                use.memoryBytes,
                "sm=" + use.smPercent + " type=" + (use.graphics ? "g" : "c"),
                use.partition));
  }

  /** From now on a process uses the GPU no more. */
  public void stop(String device, int pid) {
    Hardware.Gpu gpu = gpus.apply(device, "run a process");
    editor.accept(state -> new ProcessState(state, gpu).remove(pid));
  }
}
