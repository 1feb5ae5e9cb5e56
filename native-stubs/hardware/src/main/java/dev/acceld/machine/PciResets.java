package dev.acceld.machine;

import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.PciResetFiles;
import dev.acceld.machine.tree.TreeLock;
import java.nio.file.Path;

/**
 * The kernel's part in the resets of a machine's TPU chips: what is written to the {@code reset}
 * file of a PCI function takes effect a moment later. On a daemon thread of its own, as long as it
 * is open; several processes may do it for one machine.
 */
public final class PciResets implements AutoCloseable {
  private static final long LOOK_MILLIS = 50;

  private final FileTree tree;
  private final Hardware hardware;
  private final Thread thread;
  private volatile boolean closed;

  private PciResets(MachineTree machine) {
    tree = new FileTree(machine.root());
    hardware = Hardware.of(machine.description());
    thread = Thread.ofPlatform().daemon().name("simulated-pci-resets").unstarted(this::work);
  }

  /** Begins to look after the machine at a root. */
  public static PciResets start(Path root) {
    PciResets resets = new PciResets(MachineTree.open(root));
    if (!resets.hardware.tpus().isEmpty()) {
      resets.thread.start();
    }
    return resets;
  }

  private void work() {
    while (!closed) {
      try {
        Thread.sleep(LOOK_MILLIS);
        hardware.tpus().forEach(this::look);
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

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
