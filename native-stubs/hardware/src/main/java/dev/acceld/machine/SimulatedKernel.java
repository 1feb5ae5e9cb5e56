package dev.acceld.machine;

import dev.acceld.machine.drm.DrmDevices;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.PciResetFiles;
import dev.acceld.machine.tree.TreeLock;
import java.nio.file.Path;

/**
 * The part of the kernel and its drivers in a simulated machine that runs: what is written to the
 * {@code reset} file of a PCI function takes effect a moment later, and the readings of AMD and
 * Intel GPUs move once a second. On a daemon thread of its own, as long as it is open; several
 * processes may do it for one machine.
 */
public final class SimulatedKernel implements AutoCloseable {
  private static final long LOOK_MILLIS = 50;
  private static final int LOOKS_A_READING = 20;

  private final FileTree tree;
  private final Hardware hardware;
  private final DrmDevices drms;
  private final Thread thread;
  private volatile boolean closed;

  private SimulatedKernel(MachineTree machine) {
    tree = new FileTree(machine.root());
    hardware = Hardware.of(machine.description());
    drms = new DrmDevices(tree, machine.description(), hardware);
    thread = Thread.ofPlatform().daemon().name("simulated-kernel").unstarted(this::work);
  }

  /** Begins to look after the machine at a root. */
  public static SimulatedKernel start(Path root) {
    SimulatedKernel kernel = new SimulatedKernel(MachineTree.open(root));
    if (!kernel.hardware.tpus().isEmpty() || !kernel.hardware.drms().isEmpty()) {
      kernel.thread.start();
    }
    return kernel;
  }

  private void work() {
    for (int look = 1; !closed; look++) {
      try {
        Thread.sleep(LOOK_MILLIS);
        hardware.tpus().forEach(this::look);
        hardware.drms().forEach(this::look);
        if (look % LOOKS_A_READING == 0) {
          hardware.drms().forEach(this::move);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // the tree is being replaced, or its disk is full: another look may find it in order
      }
    }
  }

  private void look(Hardware.Tpu tpu) {
    tpu.functions()
        .forEach(function -> {
          PciResetFiles files = new PciResetFiles(tree, function);
          if (files.isAsked()) {
            TreeLock.edit(tree, files::reset);
          }
        });
  }

  private void look(Hardware.Drm gpu) {
    PciResetFiles files = new PciResetFiles(tree, gpu.function());
    if (files.isAsked()) {
      TreeLock.edit(
          tree,
          () -> {
            if (files.reset()) {
              drms.wasReset(gpu);
            } else {
              drms.silence(gpu);
            }
          });
    }
  }

  private void move(Hardware.Drm gpu) {
    TreeLock.edit(tree, () -> drms.refresh(gpu));
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
