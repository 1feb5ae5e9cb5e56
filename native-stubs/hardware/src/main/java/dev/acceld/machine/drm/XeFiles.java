package dev.acceld.machine.drm;

import dev.acceld.machine.description.IntelModel;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the driver xe shows of one GPU (Documentation/ABI/testing/sysfs-driver-intel-xe-hwmon,
 * Documentation/gpu/xe): each tile has a GT for computing and one for media.
 */
final class XeFiles implements DriverFiles {
  private static final int MICRO = 1_000_000;
  private static final String SURVIVABILITY = "survivability";

  private final FileTree tree;
  private final Drm gpu;
  private final IntelModel model;
  private final String directory;

  XeFiles(FileTree tree, Drm gpu, IntelModel model) {
    this.tree = tree;
    this.gpu = gpu;
    this.model = model;
    this.directory = gpu.function().directory();
  }

  @Override
  public void begin() {
    new BarFiles(tree, gpu).intel(model.barMiB() << 20);
    if (model.virtualFunctions() != null) {
      write("sriov_totalvfs", model.virtualFunctions());
      write("sriov_numvfs", 0);
    }
    for (int tile = 0; tile < model.tiles(); tile++) {
      if (Boolean.TRUE.equals(model.memoryFile())) {
        write("tile" + tile + "/physical_vram_size_bytes", memory());
      }
      for (int kind = 0; kind < 2; kind++) {
        String gt = gt(tile, kind);
        tree.write(directory + gt + "/gtidle/name", (kind == 0 ? "gt" + 2 * tile : "mc") + "-rc");
        write(gt + "/freq0/min_freq", model.minClockMHz());
        write(gt + "/freq0/max_freq", model.clockMHz());
        write(gt + "/freq0/rpn_freq", model.minClockMHz());
        write(gt + "/freq0/rpe_freq", model.minClockMHz());
        write(gt + "/freq0/rp0_freq", model.clockMHz());
      }
    }
    Hwmon hwmon = new Hwmon(tree, gpu);
    hwmon.begin("xe");
    for (int domain = 1; domain <= 2; domain++) {
      String label = domain == 1 ? "card" : "pkg";
      hwmon.write("power" + domain + "_label", label);
      hwmon.write("energy" + domain + "_label", label);
      hwmon.write("power" + domain + "_max_interval", 28_000);
      hwmon.write("power" + domain + "_crit", 2L * model.limitWatts() * MICRO);
    }
    hwmon.write("temp2_label", "pkg");
    hwmon.write("temp3_label", "vram");
    for (int sensor = 2; sensor <= 3; sensor++) {
      hwmon.write("temp" + sensor + "_crit", 100_000);
      hwmon.write("temp" + sensor + "_emergency", 105_000);
    }
    hwmon.write("in1_label", "pkg");
  }

  private long memory() {
    return (model.memoryMiB() << 20) / model.tiles();
  }

  /** Numbers of GTs go on over the tiles. */
  private static String gt(int tile, int kind) {
    return "/tile" + tile + "/gt" + (2 * tile + kind);
  }

  @Override
  public void refresh(DrmState state, Readings now) {
    for (int tile = 0; tile < model.tiles(); tile++) {
      for (int kind = 0; kind < 2; kind++) {
        boolean busy = kind == 0 && now.busyPercent() > 0;
        String gt = gt(tile, kind);
        write(gt + "/freq0/act_freq", busy ? now.clock() : 0);
        write(gt + "/freq0/cur_freq", busy ? now.clock() : model.minClockMHz());
        write(gt + "/gtidle/idle_residency_ms", idle(kind, now));
        tree.write(directory + gt + "/gtidle/idle_status", busy ? "gt-c0" : "gt-c6");
        throttle(gt + "/freq0/throttle", kind == 0 ? state : null);
      }
    }
    Hwmon hwmon = new Hwmon(tree, gpu);
    hwmon.write("power1_max", now.powerLimit());
    hwmon.write("power2_max", now.powerLimit() * 9 / 10);
    hwmon.write("energy1_input", now.energy());
    hwmon.write("energy2_input", now.energy() * 9 / 10);
    hwmon.write("temp2_input", now.temperature() * 1000);
    hwmon.write("temp3_input", now.memoryTemperature() * 1000);
    String survivability = directory + "/survivability_mode";
    if (state.has(SURVIVABILITY)) {
      tree.write(survivability, "Survivability mode type: Runtime");
    } else {
      tree.remove(survivability);
    }
    hwmon.write("in1_input", 700 + 4L * now.busyPercent());
    for (int fan = 1; fan <= model.fans(); fan++) {
      hwmon.write("fan" + fan + "_input", now.fan());
    }
  }

  /** The media GT has nothing to do. */
  private static long idle(int kind, Readings now) {
    return kind == 0 ? now.idleMillis() : now.idleMillis() + now.busyMillis();
  }

  private void throttle(String throttle, @Nullable DrmState state) {
    int any = 0;
    for (String reason : Throttle.INTEL) {
      int on = state != null && Throttle.now(state).contains(reason) ? 1 : 0;
      any |= on;
      write(throttle + "/reason_" + reason, on);
    }
    write(throttle + "/status", any);
  }

  /** Only new firmware helps (xe_survivability_mode.c). */
  static void fail(DrmState state) {
    state.put(SURVIVABILITY, 1);
  }

  /** It has new firmware. */
  static void mend(DrmState state) {
    state.remove(SURVIVABILITY);
  }

  @Override
  public void silence(DrmState state, Readings now) {
    List.of("act_freq", "cur_freq").forEach(file -> write(gt(0, 0) + "/freq0/" + file, 0));
  }

  @Override
  public void remove() {
    new Hwmon(tree, gpu).remove();
  }

  private void write(String file, long value) {
    tree.write(directory + (file.startsWith("/") ? file : "/" + file), Long.toString(value));
  }
}
