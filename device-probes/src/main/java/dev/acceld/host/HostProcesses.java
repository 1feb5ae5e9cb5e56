package dev.acceld.host;

import dev.acceld.device.access.DeviceFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
  private static final Pattern UPTIME = Pattern.compile("(\\d{1,12})\\.(\\d\\d) ");

  /** The start time's place behind the name in a stat file. */
  private static final int START = 19;

  /** The kernel's first process, of which only who may look at all processes sees the files. */
  private static final String FIRST = "/1/fd";

  private final HostFs host;
  private final String proc;

  /** Of that host. */
  public HostProcesses(HostFs host) {
    this(host, "/proc");
  }

  /** Of that host, by the {@code /proc} that is elsewhere if there is one. */
  public static HostProcesses of(HostFs host, Optional<Path> proc) {
    return proc.map(HostProcesses::below).orElseGet(() -> new HostProcesses(host));
  }

  private HostProcesses(HostFs host, String proc) {
    this.host = host;
    this.proc = proc;
  }

  /** By a {@code /proc} that is elsewhere. */
  public static HostProcesses below(Path proc) {
    return new HostProcesses(new HostFs(proc), "");
  }

  /** Whether these are the host's own and not a container's: only the host's have its threads. */
  public boolean ofHost() {
    return command(2).equals("kthreadd");
  }

  /**
   * Whether the open files of all processes can be seen. The host's own {@code /proc} has the
   * kernel's threads, and to look at the files of a process of more capabilities the kernel wants
   * {@code CAP_SYS_PTRACE} (ptrace(2), PTRACE_MODE_READ_FSCREDS).
   */
  public boolean seesFiles() {
    return ofHost() && !host.names(proc + FIRST).isEmpty();
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
    return group(pid).podUid();
  }

  /** Where a process belongs. */
  public ControlGroup group(int pid) {
    return ControlGroup.of(host.text(proc + "/" + pid + "/cgroup").orElse(""));
  }

  /**
   * The systemd unit that a process belongs to, such as {@code nvidia-persistenced.service}; empty
   * for one that belongs to none.
   */
  public Optional<String> unit(int pid) {
    return ControlGroup.unitIn(host.text(proc + "/" + pid + "/cgroup").orElse(""));
  }

  /** When a process started, in hundredths of a second since boot; empty when it is gone. */
  public OptionalLong startTicks(int pid) {
    return host.text(proc + "/" + pid + "/stat")
        .map(HostProcesses::startTicksIn)
        .orElse(OptionalLong.empty());
  }

  /**
   * What a process does, one letter as in proc_pid_stat(5): {@code R} runs, {@code S} sleeps,
   * {@code D} sleeps where nothing can wake it; empty when it is gone.
   *
   * @param startTicks of the process that is meant: an id is used again
   */
  public Optional<String> state(int pid, long startTicks) {
    return host.text(proc + "/" + pid + "/stat")
        .filter(stat -> startTicksIn(stat).equals(OptionalLong.of(startTicks)))
        .map(stat -> stat.substring(stat.lastIndexOf(')') + 1).strip())
        .filter(rest -> !rest.isEmpty())
        .map(rest -> rest.substring(0, 1));
  }

  /** Field 22; the name, field 2 in parentheses, may contain anything. */
  static OptionalLong startTicksIn(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= START) {
      return OptionalLong.empty();
    }
    byte[] start = fields[START].getBytes(StandardCharsets.UTF_8);
    return HostFile.numberIn(start, start.length);
  }

  /** Milliseconds since boot; empty when that is not told. */
  public OptionalLong uptimeMillis() {
    Optional<Matcher> seconds =
        host.text(proc + "/uptime").map(UPTIME::matcher).filter(Matcher::lookingAt);
    return seconds.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            Long.parseLong(seconds.get().group(1)) * 1000
                + Long.parseLong(seconds.get().group(2)) * 10);
  }
}
