package dev.acceld.host;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which pods of this node have a process: by the host's {@code /proc}, or by the host's tree of
 * control groups, of either version. A container sees neither unless it is given it. Holds no
 * state; safe for all threads.
 */
public final class PodProcesses {
  private static final Pattern PID = Pattern.compile("[1-9]\\d{0,8}");

  /** The names that kubelets give to the group of all pods, with and without systemd. */
  private static final List<String> GROUPS =
      List.of(
          "/kubepods.slice",
          "/kubepods",
          "/kubelet.slice/kubelet-kubepods.slice",
          "/kubelet/kubepods");

  /** Where these may be: version 2 has one tree, version 1 one for each controller. */
  private static final List<String> TREES = List.of("", "/memory", "/pids", "/cpu");

  private final HostFs host;
  private final HostFs groups;
  private final HostProcesses processes;

  /**
   * Of that host.
   *
   * @param groups the host's control groups, where they are not in their place on the host
   */
  public PodProcesses(HostFs host, Optional<Path> groups) {
    this.host = host;
    this.groups =
        groups.map(HostFs::new).orElseGet(() -> new HostFs(host.root().resolve("sys/fs/cgroup")));
    this.processes = new HostProcesses(host);
  }

  /** The UIDs of all pods that have a process; empty when the host's are not shown. */
  public Optional<Set<String>> pods() {
    return byProc().or(this::byGroups);
  }

  /** The kernel's threads are seen on the host only. */
  private Optional<Set<String>> byProc() {
    if (!processes.ofHost()) {
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
    return TREES.stream().map(this::byTree).flatMap(Optional::stream).findFirst();
  }

  private Optional<Set<String>> byTree(String tree) {
    Set<String> pods = new HashSet<>();
    for (String name : GROUPS) {
      String group = tree + name;
      below(group, pods);
      for (String qos : groups.names(group)) {
        if (qos.contains("burstable") || qos.contains("besteffort")) {
          below(group + "/" + qos, pods);
        }
      }
    }
    return known(pods);
  }

  /** Version 1 does not say whether a group is empty; the kubelet removes that of a pod's end. */
  private void below(String group, Set<String> pods) {
    for (String name : groups.names(group)) {
      Optional<String> pod = ControlGroup.podNamed(name);
      if (pod.isPresent()
          && groups
              .text(group + "/" + name + "/cgroup.events")
              .filter(events -> events.lines().anyMatch("populated 0"::equals))
              .isEmpty()) {
        pods.add(pod.get());
      }
    }
  }

  /** Where no pod is seen at all, the groups may have names that are not known here. */
  private static Optional<Set<String>> known(Set<String> pods) {
    return pods.isEmpty() ? Optional.empty() : Optional.of(Set.copyOf(pods));
  }
}
