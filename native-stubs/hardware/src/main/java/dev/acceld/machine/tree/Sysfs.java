package dev.acceld.machine.tree;

import dev.acceld.machine.description.MachineDescription.NumaNode;
import dev.acceld.machine.description.PciId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes {@code /sys} as the kernel shows it: real relative links, one value a file. */
public record Sysfs(FileTree tree) {

  /**
   * A PCI function as sysfs shows it.
   *
   * @param address {@code 0000:0f:00.0}
   * @param under PCI root and bridges
   * @param generation PCIe generation, 0 when it has no link
   */
  public record PciFunction(
      String address,
      String under,
      PciId vendor,
      PciId device,
      PciId subsystemVendor,
      PciId subsystem,
      PciId pciClass,
      int numa,
      @Nullable Integer iommuGroup,
      @Nullable String driver,
      int generation,
      int width) {

    /** Where it is in the tree of devices. */
    public String directory() {
      return "/sys/devices/" + under + "/" + address;
    }
  }

  private static final int DRM = 226;
  private static final int FIRST_RENDER = 128;

  private static final String[] SPEEDS = {
    "2.5 GT/s PCIe",
    "5.0 GT/s PCIe",
    "8.0 GT/s PCIe",
    "16.0 GT/s PCIe",
    "32.0 GT/s PCIe",
    "64.0 GT/s PCIe"
  };

  public void add(PciFunction f) {
    bridges(f);
    String dir = f.directory();
    tree.write(dir + "/vendor", f.vendor().sysfs());
    tree.write(dir + "/device", f.device().sysfs());
    tree.write(dir + "/subsystem_vendor", f.subsystemVendor().sysfs());
    tree.write(dir + "/subsystem_device", f.subsystem().sysfs());
    tree.write(dir + "/class", f.pciClass().sysfsClass());
    tree.write(dir + "/revision", "0xa1");
    tree.write(dir + "/enable", "1");
    tree.write(dir + "/numa_node", Integer.toString(f.numa()));
    if (f.generation() > 0) {
      tree.write(dir + "/current_link_speed", SPEEDS[Math.min(f.generation(), SPEEDS.length) - 1]);
      tree.write(dir + "/max_link_speed", SPEEDS[Math.min(f.generation(), SPEEDS.length) - 1]);
      tree.write(dir + "/current_link_width", Integer.toString(f.width()));
      tree.write(dir + "/max_link_width", Integer.toString(f.width()));
    }
    if (f.driver() != null) {
      tree.directory("/sys/bus/pci/drivers/" + f.driver());
      tree.link(dir + "/driver", "/sys/bus/pci/drivers/" + f.driver());
      tree.link("/sys/bus/pci/drivers/" + f.driver() + "/" + f.address(), dir);
    }
    if (f.iommuGroup() != null) {
      String group = "/sys/kernel/iommu_groups/" + f.iommuGroup();
      tree.directory(group + "/devices");
      tree.link(dir + "/iommu_group", group);
      tree.link(group + "/devices/" + f.address(), dir);
    }
    tree.link(dir + "/subsystem", "/sys/bus/pci");
    tree.link("/sys/bus/pci/devices/" + f.address(), dir); // last: now it is seen
  }

  /** The PCIe link as it runs now. */
  public void link(PciFunction f, boolean speed, int value) {
    if (tree.exists(f.directory())) {
      tree.write(
          f.directory() + (speed ? "/current_link_speed" : "/current_link_width"),
          speed ? SPEEDS[value - 1] : Integer.toString(value));
    }
  }

  /** Takes a function away, with its files. */
  public void remove(PciFunction f) {
    tree.remove("/sys/bus/pci/devices/" + f.address());
    if (f.iommuGroup() != null) {
      String group = "/sys/kernel/iommu_groups/" + f.iommuGroup();
      tree.remove(group + "/devices/" + f.address());
      if (tree.isEmpty(group + "/devices")) {
        tree.remove(group);
      }
    }
    if (f.driver() != null) {
      tree.remove("/sys/bus/pci/drivers/" + f.driver() + "/" + f.address());
    }
    tree.remove(f.directory());
  }

  private void bridges(PciFunction f) {
    String dir = "/sys/devices";
    for (String step : f.under().split("/", -1)) {
      dir += "/" + step;
      if (step.startsWith("pci")) {
        tree.directory(dir);
        continue;
      }
      if (tree.exists(dir + "/class")) {
        continue;
      }
      tree.write(dir + "/vendor", "0x8086");
      tree.write(dir + "/device", "0x352a");
      tree.write(dir + "/subsystem_vendor", "0x8086");
      tree.write(dir + "/subsystem_device", "0x0000");
      tree.write(dir + "/class", "0x060400");
      tree.write(dir + "/numa_node", Integer.toString(f.numa()));
      tree.directory("/sys/bus/pci/drivers/pcieport");
      tree.link(dir + "/driver", "/sys/bus/pci/drivers/pcieport");
      tree.link("/sys/bus/pci/devices/" + step, dir);
    }
  }

  /** A VFIO group that can be opened: its class entry with the device number, and its node. */
  void addVfioGroup(int group, int major, int minor) {
    String dir = "/sys/devices/virtual/vfio/" + group;
    tree.write(dir + "/dev", major + ":" + minor);
    tree.link("/sys/class/vfio/" + group, dir);
    tree.node("/dev/vfio/" + group);
  }

  void removeVfioGroup(int group) {
    tree.remove("/dev/vfio/" + group);
    tree.remove("/sys/class/vfio/" + group);
    tree.remove("/sys/devices/virtual/vfio/" + group);
  }

  /** The node through which groups are used; a miscellaneous device with a number of its own. */
  void addVfioContainer() {
    tree.write("/sys/devices/virtual/misc/vfio/dev", "10:196");
    tree.link("/sys/class/misc/vfio", "/sys/devices/virtual/misc/vfio");
    tree.node("/dev/vfio/vfio");
  }

  void addAccel(int n, int major, PciFunction f) {
    String dir = f.directory() + "/accel/accel" + n;
    tree.write(dir + "/dev", major + ":" + n);
    tree.link(dir + "/device", f.directory());
    tree.link("/sys/class/accel/accel" + n, dir);
    tree.node("/dev/accel" + n);
  }

  void removeAccel(int n) {
    tree.remove("/dev/accel" + n);
    tree.remove("/sys/class/accel/accel" + n);
  }

  /** A GPU: its function and, as the driver's DRM module is loaded, its graphics nodes. */
  public void addGpu(Hardware.Gpu gpu) {
    new PcieErrorFiles(tree, gpu.function()).reset();
    add(gpu.function());
    int n = gpu.device().position();
    addDrm(n, FIRST_RENDER + n, gpu.function());
  }

  public void removeGpu(Hardware.Gpu gpu) {
    int n = gpu.device().position();
    removeDrm(n, FIRST_RENDER + n);
    remove(gpu.function());
  }

  /** The nodes of the kernel's graphics interface, 226 by Linux' devices.txt. */
  public void addDrm(int card, int render, PciFunction f) {
    drmNode("card" + card, card, f);
    drmNode("renderD" + render, render, f);
  }

  private void drmNode(String name, int minor, PciFunction f) {
    String dir = f.directory() + "/drm/" + name;
    tree.write(dir + "/dev", DRM + ":" + minor);
    tree.link(dir + "/device", f.directory());
    tree.link("/sys/class/drm/" + name, dir);
    tree.node("/dev/dri/" + name);
  }

  /** The function's own files of them go with the function. */
  public void removeDrm(int card, int render) {
    for (String name : List.of("card" + card, "renderD" + render)) {
      tree.remove("/sys/class/drm/" + name);
      tree.remove("/dev/dri/" + name);
    }
  }

  public void numaNodes(List<NumaNode> nodes) {
    List<String> numbers = new ArrayList<>();
    for (NumaNode node : nodes) {
      String dir = "/sys/devices/system/node/node" + node.node();
      List<String> distances = new ArrayList<>();
      nodes.forEach(other -> distances.add(other.node() == node.node() ? "10" : "21"));
      tree.write(dir + "/cpulist", node.cpus());
      tree.write(dir + "/distance", String.join(" ", distances));
      tree.write(
          dir + "/meminfo",
          String.format(
              Locale.ROOT, "Node %d MemTotal: %14d kB", node.node(), node.memoryGiB() << 20));
      numbers.add(Integer.toString(node.node()));
    }
    tree.write("/sys/devices/system/node/online", String.join(",", numbers));
    tree.write("/sys/devices/system/node/possible", String.join(",", numbers));
  }
}
