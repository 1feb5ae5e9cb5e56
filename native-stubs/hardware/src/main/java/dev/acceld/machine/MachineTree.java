package dev.acceld.machine;

import dev.acceld.machine.description.DescriptionReader;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineDescription.Driver;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.drm.DrmDevices;
import dev.acceld.machine.nvidia.InitialState;
import dev.acceld.machine.nvidia.NvidiaDriver;
import dev.acceld.machine.nvidia.NvmlState;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.KernelLog;
import dev.acceld.machine.tree.ProcDevices;
import dev.acceld.machine.tree.Sysfs;
import dev.acceld.machine.tree.TpuFileSet;
import dev.acceld.machine.tree.TreeLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A simulated machine on disk: below {@link #root()} lie {@code /sys}, {@code /proc}, {@code /dev}
 * and the driver's files as a real machine has them. No root rights are needed: device nodes are
 * empty files, their numbers stand in sysfs and {@code /proc/devices}.
 *
 * @param root the tree's root: host root and driver root at once
 * @param description what it was made from
 */
public record MachineTree(Path root, MachineDescription description) {
  private static final String DESCRIPTION = "/var/lib/standin/machine.yaml";
  private static final String FORMAT = "/var/lib/standin/format";
  private static final String FORMAT_NOW = "4"; // another number: trees of before are built anew

  /**
   * Makes sure that the machine is there. A tree of the same machine is kept with its state (faults
   * and readings outlive an agent), only its driver library is brought up to date; a tree of
   * another machine is replaced as a whole.
   *
   * @param root where; must not exist, be empty, or be such a tree
   * @throws MachineException when it cannot be built there; the message says why
   */
  public static MachineTree create(Path root, MachineDescription description) {
    Path absolute = root.toAbsolutePath().normalize();
    return TreeLock.held(absolute, () -> createLocked(absolute, description));
  }

  /**
   * A tree that is there.
   *
   * @throws MachineException when there is none
   */
  public static MachineTree open(Path root) {
    FileTree tree = new FileTree(root.toAbsolutePath().normalize());
    if (!tree.exists(DESCRIPTION)) {
      throw new MachineException(
          "there is no simulated machine at "
              + root
              + "; start the agent with --machine NAME first");
    }
    return new MachineTree(
        tree.root(),
        DescriptionReader.read(tree.read(DESCRIPTION), tree.at(DESCRIPTION).toString()));
  }

  private static MachineTree createLocked(Path root, MachineDescription description) {
    FileTree tree = new FileTree(root);
    MachineTree machine = new MachineTree(root, description);
    if (tree.exists("/") && !tree.isEmpty("/") && !tree.exists(DESCRIPTION)) {
      throw new MachineException(
          root + " is not empty and contains no simulated machine; choose another directory");
    }
    if (tree.exists(FORMAT)
        && tree.read(FORMAT).equals(FORMAT_NOW)
        && tree.read(DESCRIPTION).equals(DescriptionReader.write(description).stripTrailing())) {
      new KernelLog(tree).beginIfNone();
      Driver driver = description.driver();
      if (driver != null && NvmlState.read(tree).number("driver.loaded", 0) == 1) {
        new NvidiaDriver(tree, driver, Hardware.of(description).gpus()).load();
      }
      return machine;
    }
    replace(root, description);
    return machine;
  }

  private static void replace(Path root, MachineDescription description) {
    Path parent = root.getParent();
    if (parent == null) {
      throw new MachineException("the root directory itself cannot become a simulated machine");
    }
    FileTree beside = new FileTree(parent);
    String fresh = "." + root.getFileName() + ".fresh";
    String old = "." + root.getFileName() + ".old";
    beside.remove(fresh);
    beside.remove(old);
    build(new FileTree(beside.at(fresh), false), description);
    try {
      if (Files.exists(root)) {
        Files.move(root, beside.at(old), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(beside.at(fresh), root, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FileTree.cannot("put the machine at", root, e);
    }
    beside.remove(old);
  }

  private static void build(FileTree tree, MachineDescription description) {
    Hardware hardware = Hardware.of(description);
    Sysfs sysfs = new Sysfs(tree);
    tree.directory("/sys/bus/pci/devices");
    tree.directory("/sys/kernel/iommu_groups");
    tree.directory("/dev");
    sysfs.numaNodes(description.numaNodes());
    hardware.others().forEach(sysfs::add);
    hardware.gpus().forEach(gpu -> sysfs.addGpu(gpu));
    new DrmDevices(tree, description, hardware).build();
    TpuFileSet tpuFiles = new TpuFileSet(tree, hardware);
    hardware.tpus().forEach(tpuFiles::add);
    tpuFiles.addForeignGroups();
    if (!description.tpuEnv().isEmpty()) {
      StringBuilder env = new StringBuilder();
      new TreeMap<>(description.tpuEnv())
          .forEach((k, v) -> env.append(k).append(": '").append(v).append("'\n"));
      tree.write("/etc/tpu/tpu-env", env.toString());
    }
    newBootId(tree);
    new KernelLog(tree).begin();
    ProcDevices.write(tree, false);
    Driver driver = description.driver();
    if (driver != null) {
      new NvidiaDriver(tree, driver, hardware.gpus()).load();
      InitialState.of(tree, description, hardware).write(tree);
    }
    tree.write(DESCRIPTION, DescriptionReader.write(description));
    tree.write(FORMAT, FORMAT_NOW);
  }

  /** What a boot changes. */
  static void newBootId(FileTree tree) {
    tree.write("/proc/sys/kernel/random/boot_id", UUID.randomUUID().toString());
  }
}
