package dev.acceld.machine.tree;

import dev.acceld.machine.description.MachineDescription.TpuFiles;
import dev.acceld.machine.tree.Sysfs.PciFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** PCI functions and device files of TPU chips, added and removed together. */
public final class TpuFileSet {
  private final Sysfs sysfs;
  private final Hardware hardware;
  private final List<Integer> groups = new ArrayList<>();

  public TpuFileSet(FileTree tree, Hardware hardware) {
    this.sysfs = new Sysfs(tree);
    this.hardware = hardware;
    for (Hardware.Tpu tpu : hardware.tpus()) {
      if (tpu.files() == TpuFiles.vfio) {
        tpu.functions().forEach(f -> groups.add(Objects.requireNonNull(f.iommuGroup())));
      }
    }
    for (PciFunction f : hardware.others()) {
      if ("vfio-pci".equals(f.driver()) && f.iommuGroup() != null) {
        groups.add(f.iommuGroup());
      }
    }
  }

  public void add(Hardware.Tpu tpu) {
    for (PciFunction f : tpu.functions()) {
      if (tpu.files() == TpuFiles.vfio) {
        group(f);
      }
      new PcieErrorFiles(sysfs.tree(), f).reset();
      new PciResetFiles(sysfs.tree(), f).write();
      sysfs.add(f);
    }
    if (tpu.accel() != null) {
      sysfs.addAccel(tpu.accel(), ProcDevices.ACCEL, tpu.functions().getFirst());
    }
  }

  public void remove(Hardware.Tpu tpu) {
    if (tpu.accel() != null) {
      sysfs.removeAccel(tpu.accel());
    }
    for (PciFunction f : tpu.functions()) {
      if (tpu.files() == TpuFiles.vfio) {
        sysfs.removeVfioGroup(Objects.requireNonNull(f.iommuGroup()));
      }
      sysfs.remove(f);
    }
  }

  /** Groups of functions in VFIO that are no TPUs, and the node that all groups need. */
  public void addForeignGroups() {
    if (groups.isEmpty()) {
      return;
    }
    sysfs.addVfioContainer();
    for (PciFunction f : hardware.others()) {
      if ("vfio-pci".equals(f.driver()) && f.iommuGroup() != null) {
        group(f);
      }
    }
  }

  /** Minor numbers go by the order in which the groups came to VFIO. */
  private void group(PciFunction f) {
    int group = Objects.requireNonNull(f.iommuGroup());
    sysfs.addVfioGroup(group, ProcDevices.VFIO, groups.indexOf(group));
  }
}
