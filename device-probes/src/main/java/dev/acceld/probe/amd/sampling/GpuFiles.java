package dev.acceld.probe.amd.sampling;

import dev.acceld.health.amd.RasBlock;
import dev.acceld.host.HostFile;
import dev.acceld.host.HostFs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of one GPU that are read again and again (Documentation/gpu/amdgpu/driver-misc.rst and
 * thermal.rst).
 *
 * @param hwmon null while there are no sensors
 * @param names of the directory {@code ras} when it was looked at
 * @param ras one file a block, or several
 */
record GpuFiles(
    HostFile busy,
    HostFile memoryBusy,
    HostFile memoryTotal,
    HostFile memoryUsed,
    HostFile replays,
    HostFile metrics,
    HostFile badPages,
    @Nullable HwmonFiles hwmon,
    List<String> names,
    List<Block> ras) {
  private static final String COUNT = "_err_count";

  /** A file with the errors of a block. */
  record Block(RasBlock block, HostFile file) {}

  /**
   * Those of a GPU.
   *
   * @param device its directory in sysfs, with a slash at its end
   * @param before which stay when sensors and blocks are the same; null at first
   */
  static GpuFiles of(HostFs host, String device, @Nullable GpuFiles before) {
    Optional<String> sensors = HwmonFiles.directory(host, device);
    List<String> names = host.names(device + "ras");
    if (names.isEmpty() && before != null && host.exists(device + "ras")) {
      names = before.names; // it could not be listed
    }
    if (before != null
        && before.names.equals(names)
        && sensors.equals(Optional.ofNullable(before.hwmon).map(HwmonFiles::directory))) {
      return before;
    }
    return new GpuFiles(
        host.file(device + "gpu_busy_percent"),
        host.file(device + "mem_busy_percent"),
        host.file(device + "mem_info_vram_total"),
        host.file(device + "mem_info_vram_used"),
        host.file(device + "pcie_replay_count"),
        host.file(device + "gpu_metrics"),
        host.file(device + "ras/gpu_vram_bad_pages"),
        sensors.map(directory -> HwmonFiles.of(host, directory)).orElse(null),
        names,
        blocks(host, device, names));
  }

  /** Some chips have a file for each part of the machine check architecture: {@code mca_mp0}. */
  private static List<Block> blocks(HostFs host, String device, List<String> names) {
    List<Block> blocks = new ArrayList<>();
    for (String name : names) {
      if (name.endsWith(COUNT)) {
        String block = name.substring(0, name.length() - COUNT.length());
        RasBlock.of(block.startsWith("mca_") ? "mca" : block)
            .ifPresent(b -> blocks.add(new Block(b, host.file(device + "ras/" + name))));
      }
    }
    return List.copyOf(blocks);
  }
}
