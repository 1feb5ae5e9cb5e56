package dev.acceld.host;

import dev.acceld.text.OneLine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which processes the ids mean that a driver tells. An id is used again after its process has
 * ended, so what is known of it holds for the start time that it was read with. Costs a small file
 * for each known id, two more for a new one. Safe for all threads.
 */
public final class ProcessTable {
  /** Nothing is known of any process. */
  public static final ProcessTable NONE = new ProcessTable(Optional.empty(), false);

  private static final int LONGEST_NAME = 64;
  private static final long TICK_MILLIS = 10; // the kernel shows hundredths, whatever its own are

  private final Optional<HostProcesses> processes;
  private final boolean ownIds;
  private Map<Integer, HostProcess> known = Map.of(); // guarded by this

  /** By the host's processes; where a container's are seen instead, it knows nothing. */
  public static ProcessTable of(HostProcesses processes) {
    return new ProcessTable(Optional.of(processes), false);
  }

  /** Where the ids are those that this process sees itself, as on a simulated machine. */
  public static ProcessTable ofOwnIds(HostProcesses processes) {
    return new ProcessTable(Optional.of(processes), true);
  }

  private ProcessTable(Optional<HostProcesses> processes, boolean ownIds) {
    this.processes = processes;
    this.ownIds = ownIds;
  }

  /** Whether the ids that a driver tells can be looked up. */
  public boolean sees() {
    return processes.filter(all -> ownIds || all.ofHost()).isPresent();
  }

  /**
   * Those of the processes that can be told for certain.
   *
   * @param age how long ago the driver told of them; whoever started since is somebody else
   */
  public synchronized Map<Integer, HostProcess> look(Collection<Integer> pids, Duration age) {
    if (pids.isEmpty() || !sees()) {
      known = Map.of();
      return known;
    }
    HostProcesses all = processes.orElseThrow();
    OptionalLong uptime = all.uptimeMillis();
    Map<Integer, HostProcess> now = new HashMap<>();
    for (int pid : pids) {
      look(all, pid)
          .filter(process -> !isYounger(process, uptime, age))
          .ifPresent(process -> now.put(pid, process));
    }
    known = Map.copyOf(now);
    return known;
  }

  /**
   * What a process does, one letter as in proc_pid_stat(5); empty when it is gone. Costs a small
   * file.
   */
  public Optional<String> state(HostProcess process) {
    return processes.flatMap(all -> all.state(process.pid(), process.startTicks()));
  }

  private Optional<HostProcess> look(HostProcesses all, int pid) {
    OptionalLong start = all.startTicks(pid);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    HostProcess before = known.get(pid);
    if (before != null && before.startTicks() == start.getAsLong()) {
      return Optional.of(before);
    }
    String name = OneLine.start(all.command(pid), LONGEST_NAME);
    ControlGroup group = all.group(pid);
    // It may have ended, and its id be another's, while its files were read.
    return all.startTicks(pid).equals(start)
        ? Optional.of(new HostProcess(pid, start.getAsLong(), name, group))
        : Optional.empty();
  }

  private static boolean isYounger(HostProcess process, OptionalLong uptime, Duration age) {
    if (uptime.isEmpty()) {
      return false;
    }
    long lived = uptime.getAsLong() - process.startTicks() * TICK_MILLIS;
    return lived >= 0 && lived < age.toMillis() - 2 * TICK_MILLIS;
  }
}
