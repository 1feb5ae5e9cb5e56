package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;
import dev.acceld.machine.tree.Identities;
import java.util.List;
import java.util.TreeSet;

/** What the driver amdgpu shows of one GPU (Documentation/gpu/amdgpu, driver-misc and thermal). */
final class AmdFiles implements DriverFiles {
  private static final long GTT = 256L << 30;
  private static final long GTT_USED = 25_432_064;

  private static final List<String> FIRMWARE =
      List.of("mec", "rlc", "sdma", "smc", "sos", "ta_ras", "ta_xgmi", "vcn");

  private final FileTree tree;
  private final MachineDescription machine;
  private final Drm gpu;
  private final AmdModel model;
  private final String directory;

  AmdFiles(FileTree tree, MachineDescription machine, Drm gpu, AmdModel model) {
    this.tree = tree;
    this.machine = machine;
    this.gpu = gpu;
    this.model = model;
    this.directory = gpu.function().directory();
  }

  @Override
  public void begin() {
    int n = gpu.device().position();
    write("unique_id", gpu.device().uuid());
    write("serial_number", Identities.serial(machine, n).substring(1));
    write("product_name", model.name());
    write("product_number", model.productNumber());
    write("vbios_version", model.vbios());
    write("power_dpm_force_performance_level", "auto");
    write("power_state", "D0");
    for (String part : FIRMWARE) {
      write(
          "fw_version/" + part + "_fw_version",
          "0x00" + Identities.hex(machine, "firmware/" + part, 6));
    }
    long vram = model.memoryMiB() << 20;
    write("mem_info_vram_vendor", model.memoryVendor());
    write("mem_info_vram_total", Long.toString(vram));
    write("mem_info_vis_vram_total", Long.toString(vram));
    write("mem_info_gtt_total", Long.toString(GTT));
    write("mem_info_gtt_used", Long.toString(GTT_USED));
    modes("compute", model.computePartitions());
    modes("memory", model.memoryPartitions());
    if (model.xgmi()) {
      write("xgmi_device_id", Long.toUnsignedString(Long.parseLong("1" + n)));
      write("xgmi_hive_info/xgmi_hive_id", Long.toUnsignedString(Kfd.hive(machine)));
    }
    new BarFiles(tree, gpu).amd(vram);
    new AmdHwmon(tree, gpu, model).begin();
    tree.write("/sys/module/amdgpu/parameters/bad_page_threshold", "-1");
  }

  private void modes(String what, List<String> modes) {
    if (modes.isEmpty()) {
      tree.write(directory + "/current_" + what + "_partition", new byte[0]);
    } else {
      write("current_" + what + "_partition", modes.getFirst());
      write("available_" + what + "_partition", String.join(", ", modes));
    }
  }

  @Override
  public void refresh(DrmState state, Readings now) {
    write("gpu_busy_percent", Integer.toString(now.busyPercent()));
    write("mem_busy_percent", Integer.toString(now.memoryPercent()));
    write("mem_info_vram_used", Long.toString(now.memoryUsed()));
    write("mem_info_vis_vram_used", Long.toString(now.memoryUsed()));
    write("pcie_replay_count", Long.toString(state.number(DrmSetting.PCIE_REPLAYS.stateKey())));
    write("pp_dpm_sclk", levels(model.clockMHz() / 4, now.clock(), model.clockMHz()));
    write(
        "pp_dpm_mclk",
        levels(model.memoryClockMHz() / 2, now.memoryClock(), model.memoryClockMHz()));
    new AmdHwmon(tree, gpu, model).refresh(now);
    tree.write(directory + "/gpu_metrics", GpuMetrics.of(model, state, now));
    new Ras(tree, gpu, model, state).write();
  }

  /** The star marks the present level; between the lowest and the highest it is one of its own. */
  private static String levels(int lowest, int now, int highest) {
    StringBuilder text = new StringBuilder();
    int level = 0;
    for (int mhz : new TreeSet<>(List.of(lowest, now, highest))) {
      text.append(level++).append(": ").append(mhz).append(mhz == now ? "Mhz *\n" : "Mhz\n");
    }
    return text.toString();
  }

  @Override
  public void silence(DrmState state, Readings now) {
    tree.write(directory + "/gpu_metrics", GpuMetrics.silent(GpuMetrics.of(model, state, now)));
  }

  @Override
  public void remove() {
    new AmdHwmon(tree, gpu, model).remove();
  }

  private void write(String file, String text) {
    tree.write(directory + "/" + file, text);
  }
}
