package dev.acceld.probe.nvidia.mig;

import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.probe.DeviceUser;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who uses a partition: the processes that NVML lists for it, and those that have its capability
 * files open.
 */
final class MigUsers {
  private final MigCaps caps;
  private final HostProcesses processes;

  MigUsers(HostFs host) {
    caps = new MigCaps(host);
    processes = new HostProcesses(host);
  }

  /** As far as it is told; what cannot be found out is left out. */
  List<DeviceUser> of(MigGpu gpu, MigInstance instance) {
    Set<Integer> pids = new TreeSet<>();
    Set<Integer> seen = new HashSet<>();
    try {
      pids.addAll(gpu.processes(instance));
    } catch (MigCallException e) {
      // the files may tell
    }
    try {
      int minor = gpu.minor();
      Set<String> files = new HashSet<>();
      caps.gpuInstance(minor, instance.id()).ifPresent(f -> files.add(f.path()));
      for (MigInstance.Compute part : instance.computes()) {
        caps.computeInstance(minor, instance.id(), part.id()).ifPresent(f -> files.add(f.path()));
      }
      if (!files.isEmpty()) {
        seen.addAll(processes.thatHaveOpen(files));
      }
    } catch (MigCallException e) {
      // NVML's list counts
    }
    pids.addAll(seen);
    // NVML counts as the host does: in a container's own /proc that number is another process.
    boolean sameNumbers = processes.ofHost();
    return pids.stream()
        .map(pid ->
            sameNumbers || seen.contains(pid)
                ? new DeviceUser(pid, processes.command(pid), processes.podUid(pid))
                : new DeviceUser(pid, "", Optional.empty()))
        .toList();
  }
}
