package dev.acceld.machine;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.PcieErrorFiles;
import dev.acceld.machine.tree.SimulatedDevice;
import dev.acceld.machine.tree.SimulatedDevice.Kind;
import dev.acceld.machine.tree.Sysfs;
import dev.acceld.machine.tree.TreeLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Does to the PCIe links of simulated devices what happens to real ones; as {@link Simulation} in
 * all else. {@link Simulation#restore} undoes it. NVIDIA GPUs have errors only: of their links the
 * driver tells itself.
 */
public final class PcieLinks {
  private static final int MOST_ERRORS = 1000;
  private static final int MOST_LANES = 16;

  private final FileTree tree;
  private final Hardware hardware;
  private final Function<String, SimulatedDevice> names;

  PcieLinks(FileTree tree, Hardware hardware, Function<String, SimulatedDevice> names) {
    this.tree = tree;
    this.hardware = hardware;
    this.names = names;
  }

  /**
   * The kernel counts PCIe errors of a device.
   *
   * @param count 1 to 1000
   */
  public void errors(String device, PcieErrorFiles.Severity severity, int count) {
    if (count < 1 || count > MOST_ERRORS) {
      throw new MachineException("the number of errors must be from 1 to 1000, not " + count);
    }
    change(names.apply(device), f -> new PcieErrorFiles(tree, f).add(severity, count));
  }

  /**
   * The link of a device has that many lanes.
   *
   * @param lanes 0 for a link that is down, else up to 16
   */
  public void width(String device, int lanes) {
    if (lanes < 0 || lanes > MOST_LANES) {
      throw new MachineException("a link has 0 to 16 lanes, not " + lanes);
    }
    first(device, f -> new Sysfs(tree).link(f, false, lanes));
  }

  /** The device's configuration space reads as all ones: it has fallen off the bus. */
  public void silence(String device) {
    first(device, f -> new PcieErrorFiles(tree, f).silence());
  }

  private void first(String device, Consumer<Sysfs.PciFunction> change) {
    SimulatedDevice found = names.apply(device);
    if (found.kind() == Kind.GPU) {
      throw new MachineException(
          found.name()
              + " is an NVIDIA GPU; 'set' changes its PCIe link: pcie-width, pcie-fatal and"
              + " others");
    }
    change(found, change);
  }

  private void change(SimulatedDevice found, Consumer<Sysfs.PciFunction> change) {
    Sysfs.PciFunction first = hardware.firstFunction(found);
    TreeLock.edit(
        tree,
        () -> {
          if (!tree.exists("/sys/bus/pci/devices/" + first.address())) {
            throw new MachineException(found.name() + " is lost; restore it first");
          }
          change.accept(first);
        });
  }
}
