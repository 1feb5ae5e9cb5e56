package dev.acceld.reset;

import dev.acceld.device.Device;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.ControlGroup;
import dev.acceld.host.HostProcesses;
import dev.acceld.text.OneLine;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who has devices open. Holds no state; safe for all threads. */
public final class Holders {
  private static final int LONGEST_NAME = 64;

  private final HostProcesses processes;

  /** Among the host's processes. */
  public Holders(HostProcesses processes) {
    this.processes = processes;
  }

  /**
   * The processes that have a file of the device open; empty where those of the host cannot be
   * seen. This process is among them if it has one: it is to let go first.
   */
  public Optional<List<Holder>> of(Device device) {
    if (!processes.seesFiles()) {
      return Optional.empty();
    }
    Set<Integer> pids = new TreeSet<>();
    List<DeviceFile> files = device.common().files();
    processes.holding(files).values().forEach(pids::addAll);
    return Optional.of(pids.stream().map(this::holder).toList());
  }

  /** What is known of a process. */
  public Holder holder(int pid) {
    ControlGroup group = processes.group(pid);
    return new Holder(
        pid,
        OneLine.start(processes.command(pid), LONGEST_NAME),
        group.podUid(),
        group.containerId(),
        processes.unit(pid));
  }
}
