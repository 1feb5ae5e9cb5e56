package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostProcesses;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.DeviceUser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which processes have a chip open. A VFIO group can be open once only (EBUSY), and a libtpu that
 * ends may take seconds to let go of it, so a pod that comes too early fails or hangs. The group is
 * not opened for that: opening and closing it may reset the chip. Any thread.
 */
final class TpuUsers extends DeviceControl.UsedAsTheyAre {
  /** For a person; the remedy is {@link #REMEDY}. */
  static final String BLIND =
      "the agent cannot see which processes of the host have a TPU chip open, so a new pod does not"
          + " wait for an earlier one that still holds the chip";

  static final String REMEDY =
      "set tpu.waitForProcesses=true in the chart, or --tpu-proc-dir to the host's /proc and run the"
          + " agent with CAP_SYS_PTRACE";

  private static final Logger LOG = LoggerFactory.getLogger(TpuUsers.class);

  private final HostProcesses processes;
  private final AtomicBoolean told = new AtomicBoolean();

  TpuUsers(HostProcesses processes) {
    this.processes = processes;
  }

  @Override
  public boolean tellsUsers(Device device) {
    return device instanceof TpuChip || device instanceof TpuShape;
  }

  @Override
  public Map<DeviceName, List<DeviceUser>> users(List<Device> devices) {
    Optional<Map<DeviceName, List<DeviceUser>>> found = find(devices);
    if (found.isEmpty() && told.compareAndSet(false, true)) {
      LOG.info("{}; to change that, {}", BLIND, REMEDY);
    }
    return found.orElse(Map.of());
  }

  /** When a process started, in hundredths of a second since boot. */
  OptionalLong startTicks(DeviceUser user) {
    return processes.startTicks(user.pid());
  }

  /** The same; empty where the files of all processes cannot be seen. */
  Optional<Map<DeviceName, List<DeviceUser>>> find(List<Device> devices) {
    if (!processes.seesFiles()) {
      return Optional.empty();
    }
    Map<DeviceFile, Set<Integer>> holders =
        processes.holding(devices.stream().flatMap(d -> d.common().files().stream()).toList());
    Map<DeviceName, List<DeviceUser>> users = new HashMap<>();
    for (Device device : devices) {
      Set<Integer> pids = new TreeSet<>();
      device.common().files().forEach(f -> pids.addAll(holders.getOrDefault(f, Set.of())));
      if (!pids.isEmpty()) {
        users.put(
            device.name(),
            pids.stream()
                .map(pid -> new DeviceUser(pid, processes.command(pid), processes.podUid(pid)))
                .toList());
      }
    }
    return Optional.of(users);
  }
}
