package dev.acceld.machine;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.nvidia.NvmlState;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.PciResetFiles;
import dev.acceld.machine.tree.SimulatedDevice;
import dev.acceld.machine.tree.SimulatedDevice.Kind;
import dev.acceld.machine.tree.TreeLock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How resets of simulated devices go; as {@link Simulation} in all else. {@code nvidia-smi
 * --gpu-reset} of the machine's driver resets NVIDIA GPUs, {@link SimulatedKernel} other devices.
 */
public final class Resets {
  private static final int MOST = 1000;

  private final Consumer<Consumer<NvmlState>> editor;
  private final FileTree tree;
  private final Hardware hardware;
  private final Function<String, SimulatedDevice> names;

  Resets(
      Consumer<Consumer<NvmlState>> editor,
      FileTree tree,
      Hardware hardware,
      Function<String, SimulatedDevice> names) {
    this.editor = editor;
    this.tree = tree;
    this.hardware = hardware;
    this.names = names;
  }

  /**
   * Lets the next resets of a device fail; all but NVIDIA GPUs no longer answer after one.
   *
   * @param times how many, 0 to 1000; 0 lets them succeed again
   */
  public void fail(String device, int times) {
    if (times < 0 || times > MOST) {
      throw new MachineException(times + " is not a number of resets; use 0 to " + MOST);
    }
    SimulatedDevice found = names.apply(device);
    if (found.kind() != Kind.GPU) {
      TreeLock.edit(tree, () -> new PciResetFiles(tree, hardware.firstFunction(found)).fail(times));
    } else {
      put(found.position(), "reset.fails", times);
    }
  }

  /** Lets each reset of an NVIDIA GPU take so long. */
  public void take(String device, Duration time) {
    SimulatedDevice found = names.apply(device);
    if (found.kind() != Kind.GPU) {
      throw new MachineException(
          found.name() + " is " + found.kind().words() + "; its reset takes no time");
    }
    put(found.position(), "reset.millis", time.toMillis());
  }

  private void put(int gpu, String key, long value) {
    editor.accept(state -> {
      state.remove(gpu, key);
      if (value > 0) {
        state.put(gpu, key, value);
      }
    });
  }
}
