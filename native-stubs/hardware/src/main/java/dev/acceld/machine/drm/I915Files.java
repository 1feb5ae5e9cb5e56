package dev.acceld.machine.drm;

import dev.acceld.machine.description.IntelModel;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;
import java.util.List;

/**
 * What the driver i915 shows of one GPU (Documentation/ABI/testing/sysfs-driver-intel-i915-hwmon,
 * i915's intel_gt_sysfs_pm.c): each tile is a GT, below the directory of the card. Intel's driver
 * from outside of the kernel adds the size of the memory and counters of hardware errors.
 */
final class I915Files implements DriverFiles {
  private static final int MICRO = 1_000_000;

  /** Some of the counters of Intel's driver; all have these forms. */
  static final List<String> ERRORS =
      List.of(
          "correctable_eu_grf",
          "correctable_eu_ic",
          "correctable_guc",
          "correctable_l3bank",
          "correctable_sampler",
          "correctable_slm",
          "fatal_eu_grf",
          "fatal_eu_ic",
          "fatal_fpu",
          "fatal_guc",
          "fatal_l3bank",
          "fatal_sampler",
          "fatal_slm",
          "fatal_tlb",
          "sgunit_correctable",
          "sgunit_fatal",
          "sgunit_nonfatal",
          "soc_fatal_punit");

  private static final String ERROR = "error.";

  private final FileTree tree;
  private final Drm gpu;
  private final IntelModel model;
  private final String card;

  I915Files(FileTree tree, Drm gpu, IntelModel model) {
    this.tree = tree;
    this.gpu = gpu;
    this.model = model;
    this.card = gpu.function().directory() + "/drm/card" + gpu.place().card();
  }

  @Override
  public void begin() {
    new BarFiles(tree, gpu).intel(model.barMiB() << 20);
    if (model.virtualFunctions() != null) {
      tree.write(
          gpu.function().directory() + "/sriov_totalvfs",
          Integer.toString(model.virtualFunctions()));
      tree.write(gpu.function().directory() + "/sriov_numvfs", "0");
    }
    if (Boolean.TRUE.equals(model.memoryFile())) {
      write("lmem_total_bytes", model.memoryMiB() << 20);
    }
    for (int tile = 0; tile < model.tiles(); tile++) {
      String gt = "gt/gt" + tile + "/";
      write(gt + "id", tile);
      write(gt + "rps_min_freq_mhz", model.minClockMHz());
      write(gt + "rps_max_freq_mhz", model.clockMHz());
      write(gt + "rps_boost_freq_mhz", model.clockMHz());
      write(gt + "rps_RPn_freq_mhz", model.minClockMHz());
      write(gt + "rps_RP1_freq_mhz", model.minClockMHz());
      write(gt + "rps_RP0_freq_mhz", model.clockMHz());
      write(gt + "rc6_enable", 1);
    }
    Hwmon hwmon = new Hwmon(tree, gpu);
    hwmon.begin("i915");
    hwmon.write("power1_rated_max", (long) model.limitWatts() * MICRO);
    hwmon.write("power1_max_interval", 28_000);
  }

  @Override
  public void refresh(DrmState state, Readings now) {
    for (int tile = 0; tile < model.tiles(); tile++) {
      String gt = "gt/gt" + tile + "/";
      write(gt + "rps_act_freq_mhz", now.busyPercent() > 0 ? now.clock() : 0);
      write(gt + "rps_cur_freq_mhz", now.clock());
      write(gt + "rc6_residency_ms", now.idleMillis());
      int any = 0;
      for (String reason : Throttle.INTEL) {
        int on = Throttle.now(state).contains(reason) ? 1 : 0;
        any |= on;
        write(gt + "throttle_reason_" + reason, on);
      }
      write(gt + "throttle_reason_status", any);
      if (Boolean.TRUE.equals(model.errorCounters())) {
        for (String error : ERRORS) {
          write(gt + "error_counter/" + error, tile == 0 ? state.number(ERROR + error) : 0);
        }
      }
    }
    Hwmon hwmon = new Hwmon(tree, gpu);
    hwmon.write("power1_max", now.powerLimit());
    hwmon.write("energy1_input", now.energy());
    hwmon.write("in0_input", 700 + 4L * now.busyPercent());
  }

  static void addErrors(DrmState state, String counter, int count) {
    state.add(ERROR + counter, count);
  }

  static void forgetErrors(DrmState state) {
    state.removeAll(ERROR);
  }

  @Override
  public void silence(DrmState state, Readings now) {
    write("gt/gt0/rps_act_freq_mhz", 0);
  }

  @Override
  public void remove() {
    new Hwmon(tree, gpu).remove();
  }

  private void write(String file, long value) {
    tree.write(card + "/" + file, Long.toString(value));
  }
}
