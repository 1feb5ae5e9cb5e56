package dev.acceld.machine.nvidia;

import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware;
import java.util.List;

/**
 * The driver's files by which containers are let at partitions: one access file for each instance
 * that there is, and the list of all minor numbers that there can be.
 */
record MigFiles(FileTree tree) {
  private static final String CAPABILITIES = "/proc/driver/nvidia/capabilities";
  private static final int GPUS = 32;
  private static final int INSTANCES = 15;
  private static final int COMPUTE_INSTANCES = 8;
  private static final int CONFIG = 1;
  private static final int MONITOR = 2;
  private static final int FIRST = 3;

  /** What is there as soon as the driver is loaded. */
  void load(List<Hardware.Gpu> gpus) {
    if (gpus.stream().allMatch(gpu -> gpu.model().mig() == null)) {
      return;
    }
    StringBuilder minors = new StringBuilder("config 1\nmonitor 2\n");
    for (int gpu = 0; gpu < GPUS; gpu++) {
      for (int gi = 0; gi < INSTANCES; gi++) {
        minors.append("gpu%d/gi%d/access %d\n".formatted(gpu, gi, minor(gpu, gi, -1)));
        for (int ci = 0; ci < COMPUTE_INSTANCES; ci++) {
          minors.append("gpu%d/gi%d/ci%d/access %d\n".formatted(gpu, gi, ci, minor(gpu, gi, ci)));
        }
      }
    }
    tree.write("/proc/driver/nvidia-caps/mig-minors", minors.toString());
    tree.write(CAPABILITIES + "/mig/config", text(CONFIG));
    tree.write(CAPABILITIES + "/mig/monitor", text(MONITOR));
    tree.node("/dev/nvidia-caps/nvidia-cap" + CONFIG);
    tree.node("/dev/nvidia-caps/nvidia-cap" + MONITOR);
    for (Hardware.Gpu gpu : gpus) {
      if (gpu.model().mig() != null) {
        tree.directory(CAPABILITIES + "/gpu" + gpu.place().minor() + "/mig");
      }
    }
  }

  void unload() {
    tree.remove("/proc/driver/nvidia-caps");
  }

  /** No instance is left on that GPU. */
  void clear(Hardware.Gpu gpu) {
    String dir = CAPABILITIES + "/gpu" + gpu.place().minor() + "/mig";
    tree.remove(dir);
    tree.directory(dir);
  }

  /** A GPU instance with one compute instance. */
  void add(Hardware.Gpu gpu, int instance) {
    int n = gpu.place().minor();
    String dir = CAPABILITIES + "/gpu" + n + "/mig/gi" + instance;
    tree.write(dir + "/access", text(minor(n, instance, -1)));
    tree.write(dir + "/ci0/access", text(minor(n, instance, 0)));
  }

  private static int minor(int gpu, int gi, int ci) {
    return FIRST + (gpu * INSTANCES + gi) * (COMPUTE_INSTANCES + 1) + ci + 1;
  }

  private static String text(int minor) {
    return "DeviceFileMinor: " + minor + "\nDeviceFileMode: 292\nDeviceFileModify: 1\n";
  }
}
