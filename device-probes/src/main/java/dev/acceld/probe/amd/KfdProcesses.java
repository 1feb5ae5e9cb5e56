package dev.acceld.probe.amd;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Processes that have memory on a GPU by the compute driver: {@code
 * /sys/class/kfd/kfd/proc/<pid>/vram_<gpu_id>} in bytes, with the host's process ids
 * (drivers/gpu/drm/amd/amdkfd/kfd_process.c).
 */
final class KfdProcesses {
  private static final String PROC = "/sys/class/kfd/kfd/proc/";
  private static final Pattern PID = Pattern.compile("[1-9]\\d{0,8}");

  private final HostFs host;

  KfdProcesses(HostFs host) {
    this.host = host;
  }

  /** Those on that GPU, by process id. */
  Set<Integer> on(Device device) {
    Set<Integer> pids = new TreeSet<>();
    PciAddress at = device.common().pci().orElse(null);
    KfdNode node = at == null ? null : KfdTopology.gpus(host).get(at);
    if (node == null || node.gpuId() == 0) {
      return pids;
    }
    for (String pid : host.names(PROC)) {
      if (PID.matcher(pid).matches()
          && host.number(PROC + pid + "/vram_" + node.gpuId()).orElse(0) > 0) {
        pids.add(Integer.parseInt(pid));
      }
    }
    return pids;
  }
}
