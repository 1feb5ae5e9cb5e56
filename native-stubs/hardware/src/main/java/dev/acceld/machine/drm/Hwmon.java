package dev.acceld.machine.drm;

import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;

/**
 * The directory of a GPU's sensors (Documentation/hwmon/sysfs-interface.rst): millidegrees,
 * microwatts, microjoules, hertz.
 */
record Hwmon(FileTree tree, Drm gpu) {
  /** Those before are the processors' and the disk's. */
  private static final int FIRST = 3;

  private String number() {
    return "hwmon" + (FIRST + gpu.index());
  }

  private String directory() {
    return gpu.function().directory() + "/hwmon/" + number();
  }

  void begin(String name) {
    write("name", name);
    tree.link(directory() + "/device", gpu.function().directory());
    tree.link("/sys/class/hwmon/" + number(), directory());
  }

  void remove() {
    tree.remove("/sys/class/hwmon/" + number());
  }

  void write(String file, String text) {
    tree.write(directory() + "/" + file, text);
  }

  void write(String file, long value) {
    write(file, Long.toString(value));
  }
}
