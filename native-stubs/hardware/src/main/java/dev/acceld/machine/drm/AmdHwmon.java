package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;

/** The sensors of an AMD GPU. */
final class AmdHwmon {
  private static final int MILLI = 1000;
  private static final int MEGA = 1_000_000;

  /** Made up: the driver stops the GPU at so many degrees above the critical temperature. */
  private static final int TO_EMERGENCY = 10;

  private final AmdModel model;
  private final Hwmon files;

  AmdHwmon(FileTree tree, Drm gpu, AmdModel model) {
    this.model = model;
    this.files = new Hwmon(tree, gpu);
  }

  /** The temperature at the edge of the die. */
  static int edge(Readings now) {
    return Math.max(0, now.temperature() - 5);
  }

  void begin() {
    files.begin("amdgpu");
    if (model.edgeSensor()) {
      sensor(1, "edge", model.hotspotCriticalC());
    }
    sensor(2, "junction", model.hotspotCriticalC());
    sensor(3, "mem", model.memoryCriticalC());
    files.write("power1_label", model.metrics().equals("1.3") ? "slowPPT" : "PPT");
    files.write("power1_cap_max", (long) model.limitWatts() * MEGA);
    files.write("power1_cap_min", 0);
    files.write("power1_cap_default", (long) model.limitWatts() * MEGA);
    files.write("freq1_label", "sclk");
    files.write("freq2_label", "mclk");
  }

  private void sensor(int n, String label, int critical) {
    files.write("temp" + n + "_label", label);
    files.write("temp" + n + "_crit", critical * MILLI);
    files.write("temp" + n + "_crit_hyst", -273_150);
    files.write("temp" + n + "_emergency", (critical + TO_EMERGENCY) * MILLI);
  }

  void refresh(Readings now) {
    if (model.edgeSensor()) {
      files.write("temp1_input", edge(now) * MILLI);
    }
    files.write("temp2_input", now.temperature() * MILLI);
    files.write("temp3_input", now.memoryTemperature() * MILLI);
    // Newer GPUs tell the present power, older ones an average.
    files.write(model.metrics().equals("1.3") ? "power1_average" : "power1_input", now.power());
    files.write("power1_cap", now.powerLimit());
    files.write("freq1_input", (long) now.clock() * MEGA);
    files.write("freq2_input", (long) now.memoryClock() * MEGA);
  }

  void remove() {
    files.remove();
  }
}
