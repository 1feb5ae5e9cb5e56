package dev.acceld.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Processes of the host, as {@code /proc} shows them. A container sees its own only, unless it
 * shares the host's process ids or has the host's {@code /proc}. Holds no state; safe for all
 * threads.
 */
public final class HostProcesses {
  private static final Pattern PID = Pattern.compile("[1-9]\\d{0,8}");

  /** The kubelet names cgroups so, with the systemd driver and with cgroupfs. */
  static final Pattern POD =
      Pattern.compile("pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})");

  private final HostFs host;

  /** Of that host. */
  public HostProcesses(HostFs host) {
    this.host = host;
  }

  /** Those that have one of the files open, by their process ids; costs a look at every process. */
  public List<Integer> thatHaveOpen(Set<String> files) {
    List<Integer> users = new ArrayList<>();
    for (String name : host.names("/proc")) {
      String open = "/proc/" + name + "/fd";
      if (PID.matcher(name).matches()
          && host.names(open).stream()
              .anyMatch(fd -> host.link(open + "/" + fd).filter(files::contains).isPresent())) {
        users.add(Integer.parseInt(name));
      }
    }
    return users;
  }

  /** The name of a process; empty when it is not told. */
  public String command(int pid) {
    return host.text("/proc/" + pid + "/comm").orElse("");
  }

  /** The UID of the pod in whose cgroup a process is. */
  public Optional<String> podUid(int pid) {
    Matcher m = POD.matcher(host.text("/proc/" + pid + "/cgroup").orElse(""));
    return m.find() ? Optional.of(m.group(1).replace('_', '-')) : Optional.empty();
  }
}
