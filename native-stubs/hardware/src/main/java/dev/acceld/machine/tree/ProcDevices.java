package dev.acceld.machine.tree;

import java.util.ArrayList;
import java.util.List;

/** {@code /proc/devices}: which driver has which major number. */
public final class ProcDevices {
  /** TPU chips up to v4. */
  static final int ACCEL = 261;

  /** AMD's compute driver; the kernel gives it a free number. */
  public static final int KFD = 236;

  /** Where the driver's device is in the tree of devices. */
  public static final String KFD_CLASS = "/sys/devices/virtual/kfd/kfd";

  /** VFIO groups. */
  static final int VFIO = 511;

  private static final List<String> ALWAYS =
      List.of(
          "  1 mem",
          "  4 tty",
          "  5 /dev/tty",
          "  5 /dev/console",
          "  5 /dev/ptmx",
          " 10 misc",
          " 13 input",
          " 29 fb",
          "136 pts",
          "180 usb",
          "189 usb_device",
          "226 drm");

  private static final List<String> NVIDIA =
      List.of(
          "195 nvidia",
          "195 nvidia-modeset",
          "195 nvidiactl",
          "506 nvidia-caps-imex-channels",
          "507 nvidia-caps",
          "508 nvidia-nvswitch",
          "509 nvidia-nvlink",
          "510 nvidia-uvm");

  private ProcDevices() {}

  /**
   * Writes the file.
   *
   * @param nvidia whether NVIDIA's driver is loaded; AMD's is when its files are there
   */
  public static void write(FileTree tree, boolean nvidia) {
    List<String> lines = new ArrayList<>();
    lines.add("Character devices:");
    lines.addAll(ALWAYS);
    if (nvidia) {
      lines.addAll(NVIDIA.subList(0, 3));
    }
    if (tree.exists(KFD_CLASS)) {
      lines.add(KFD + " kfd");
    }
    lines.add(ACCEL + " accel");
    if (nvidia) {
      lines.addAll(NVIDIA.subList(3, NVIDIA.size()));
    }
    lines.add(VFIO + " vfio");
    lines.add("");
    lines.add("Block devices:");
    lines.addAll(List.of("  7 loop", "  8 sd", "  9 md", "259 blkext"));
    tree.write("/proc/devices", String.join("\n", lines));
  }
}
