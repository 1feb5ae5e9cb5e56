package dev.acceld.host;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which pods of this node have a process: by the host's {@code /proc}, or by the host's tree of
 * control groups (cgroup v2), which a privileged container sees. Holds no state; safe for all
 * threads.
 */
public final class PodProcesses {
  private static final Pattern PID = Pattern.compile("[1-9]\\d{0,8}");

  /** The names that kubelets give to the group of all pods, with and without systemd. */
  private static final List<String> GROUPS =
      List.of(
          "/sys/fs/cgroup/kubepods.slice",
          "/sys/fs/cgroup/kubepods",
          "/sys/fs/cgroup/kubelet.slice/kubelet-kubepods.slice",
          "/sys/fs/cgroup/kubelet/kubepods");

  private final HostFs host;
  private final HostProcesses processes;

  /** Of that host. */
  public PodProcesses(HostFs host) {
    this.host = host;
    this.processes = new HostProcesses(host);
  }

  /** The UIDs of all pods that have a process; empty when the host's are not shown. */
  public Optional<Set<String>> pods() {
    return byProc().or(this::byGroups);
  }

  /** The kernel's threads are seen on the host only. */
  private Optional<Set<String>> byProc() {
    if (!processes.command(2).equals("kthreadd")) {
      return Optional.empty();
    }
    Set<String> pods = new HashSet<>();
    for (String name : host.names("/proc")) {
      if (PID.matcher(name).matches()) {
        processes.podUid(Integer.parseInt(name)).ifPresent(pods::add);
      }
    }
    return known(pods);
  }

  private Optional<Set<String>> byGroups() {
    Set<String> pods = new HashSet<>();
    for (String group : GROUPS) {
      below(group, pods);
      for (String qos : host.names(group)) {
        if (qos.contains("burstable") || qos.contains("besteffort")) {
          below(group + "/" + qos, pods);
        }
      }
    }
    return known(pods);
  }

  private void below(String group, Set<String> pods) {
    for (String name : host.names(group)) {
      Matcher pod = HostProcesses.POD.matcher(name);
      if (pod.find()
          && host.text(group + "/" + name + "/cgroup.events")
              .filter(events -> events.lines().anyMatch("populated 0"::equals))
              .isEmpty()) {
        pods.add(pod.group(1).replace('_', '-'));
      }
    }
  }

  /** Where no pod is seen at all, the groups may have names that are not known here. */
  private static Optional<Set<String>> known(Set<String> pods) {
    return pods.isEmpty() ? Optional.empty() : Optional.of(Set.copyOf(pods));
  }
}
