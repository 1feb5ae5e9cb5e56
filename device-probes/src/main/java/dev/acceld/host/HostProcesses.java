package dev.acceld.host;

import dev.acceld.device.access.DeviceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

  /** The kernel's first process, of which only who may look at all processes sees the files. */
  private static final String FIRST = "/1/fd";

  private final HostFs host;
  private final String proc;

  /** Of that host. */
  public HostProcesses(HostFs host) {
    this(host, "/proc");
  }

  private HostProcesses(HostFs host, String proc) {
    this.host = host;
    this.proc = proc;
  }

  /** By a {@code /proc} that is elsewhere. */
  public static HostProcesses below(Path proc) {
    return new HostProcesses(new HostFs(proc), "");
  }

  /**
   * Whether the open files of all processes can be seen. The host's own {@code /proc} has the
   * kernel's threads, and to look at the files of a process of more capabilities the kernel wants
   * {@code CAP_SYS_PTRACE} (ptrace(2), PTRACE_MODE_READ_FSCREDS).
   */
  public boolean seesFiles() {
    return command(2).equals("kthreadd") && !host.names(proc + FIRST).isEmpty();
  }

  /**
   * The processes that have device files open, by file; a file that nobody has open has no entry.
   * One look at every open file of the host: a container may call a device by another name, so
   * numbers count where both are known.
   */
  public Map<DeviceFile, Set<Integer>> holding(List<DeviceFile> files) {
    Map<DeviceFile, Set<Integer>> users = new HashMap<>();
    for (String name : host.names(proc.isEmpty() ? "/" : proc)) {
      if (!PID.matcher(name).matches()) {
        continue;
      }
      String open = proc + "/" + name + "/fd";
      for (String fd : host.names(open)) {
        Optional<String> path = host.link(open + "/" + fd).filter(p -> p.startsWith("/dev/"));
        if (path.isPresent()) {
          Optional<DeviceFile.Number> number = host.node(open + "/" + fd);
          files.stream()
              .filter(file -> is(file, path.get(), number))
              .forEach(file ->
                  users.computeIfAbsent(file, f -> new TreeSet<>()).add(Integer.parseInt(name)));
        }
      }
    }
    return users;
  }

  private static boolean is(DeviceFile file, String path, Optional<DeviceFile.Number> number) {
    return number.isPresent() && file.number().isPresent()
        ? number.equals(file.number())
        : file.path().equals(path);
  }

  /** Those that have one of the files open, by their process ids; costs a look at every process. */
  public List<Integer> thatHaveOpen(Set<String> files) {
    List<Integer> users = new ArrayList<>();
    for (String name : host.names(proc)) {
      String open = proc + "/" + name + "/fd";
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
    return host.text(proc + "/" + pid + "/comm").orElse("");
  }

  /** The UID of the pod in whose cgroup a process is. */
  public Optional<String> podUid(int pid) {
    return podUidIn(host.text(proc + "/" + pid + "/cgroup").orElse(""));
  }

  /** Of a {@code cgroup} file. */
  static Optional<String> podUidIn(String cgroup) {
    Matcher m = POD.matcher(cgroup);
    return m.find() ? Optional.of(m.group(1).replace('_', '-')) : Optional.empty();
  }
}
