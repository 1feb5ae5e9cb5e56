package dev.acceld.host;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a process belongs, by its control groups: to a container of a pod, to the host itself, or
 * nobody can tell. A path of a form that is not known here belongs to nobody. Immutable.
 *
 * @param podUid UID of the pod; of a static pod, the hash that the kubelet gives it instead
 * @param containerId id of the container, 64 hexadecimal digits; empty also for what the runtime
 *     itself runs beside the containers
 * @param host whether it is a service, a login or the like of the host
 */
public record ControlGroup(Optional<String> podUid, Optional<String> containerId, boolean host) {
  /** Nobody can tell. */
  public static final ControlGroup UNKNOWN =
      new ControlGroup(Optional.empty(), Optional.empty(), false);

  private static final ControlGroup HOST =
      new ControlGroup(Optional.empty(), Optional.empty(), true);

  private static final String UID =
      "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
          + "|[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}|[0-9a-f]{32})";

  /** With the systemd driver; containerd without it adds the container after a colon. */
  private static final Pattern SLICE =
      Pattern.compile(
          "(?:[a-z0-9-]+-)?kubepods(?:-burstable|-besteffort)?-pod"
              + UID
              + "\\.slice(?::[a-z-]+:(.+))?");

  /** With the cgroupfs driver. */
  private static final Pattern DIRECTORY = Pattern.compile("pod" + UID);

  /** Of containerd, cri-o, Docker and Podman. */
  private static final Pattern CONTAINER =
      Pattern.compile("(?:(?:cri-containerd|crio|docker|libpod)-)?([0-9a-f]{64})(?:\\.scope)?");

  private static final Pattern ANY_CONTAINER = Pattern.compile("[0-9a-f]{64}");
  private static final String UP = "..";

  /** Of a {@code /proc/PID/cgroup}, of either version or both. */
  static ControlGroup of(String file) {
    List<ControlGroup> all =
        file.lines()
            .map(line -> line.split(":", 3))
            .filter(fields -> fields.length == 3)
            .map(fields -> ofPath(fields[2]))
            .toList();
    List<ControlGroup> pods = all.stream().filter(g -> g.podUid.isPresent()).distinct().toList();
    if (pods.size() == 1) {
      return pods.getFirst();
    }
    if (pods.isEmpty()) {
      return !all.isEmpty() && all.stream().allMatch(ControlGroup::host) ? HOST : UNKNOWN;
    }
    // A container's groups may be anywhere below its pod's.
    return pods.stream().map(ControlGroup::podUid).distinct().count() == 1
        ? new ControlGroup(pods.getFirst().podUid, soleContainer(pods), false)
        : UNKNOWN;
  }

  /** The innermost systemd unit, a service or a scope, of a {@code /proc/PID/cgroup}. */
  static Optional<String> unitIn(String file) {
    return file.lines()
        .map(line -> line.split(":", 3))
        .filter(fields -> fields.length == 3)
        .flatMap(fields -> Arrays.stream(fields[2].split("/", -1)).toList().reversed().stream())
        .filter(name -> name.endsWith(".service") || name.endsWith(".scope"))
        .findFirst();
  }

  private static Optional<String> soleContainer(List<ControlGroup> pods) {
    List<String> ids =
        pods.stream()
            .map(g -> g.containerId.orElse(null))
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    return ids.size() == 1 ? Optional.of(ids.getFirst()) : Optional.empty();
  }

  /** The UID of the pod whose group has that name, as kubelets give it with either driver. */
  static Optional<String> podNamed(String name) {
    Matcher slice = SLICE.matcher(name);
    if (slice.matches()) {
      return Optional.of(slice.group(1).replace('_', '-'));
    }
    Matcher directory = DIRECTORY.matcher(name);
    return directory.matches()
        ? Optional.of(directory.group(1).replace('_', '-'))
        : Optional.empty();
  }

  /**
   * The first group that is a pod's decides: whoever is in a container may make groups below, of
   * any name.
   */
  private static ControlGroup ofPath(String path) {
    List<String> groups =
        Arrays.stream(path.split("/", -1)).filter(name -> !name.isEmpty()).toList();
    if (within(groups, "user.slice")) {
      // A user may make groups of any name, too.
      return path.contains("kubepods") ? UNKNOWN : HOST;
    }
    for (int i = 0; i < groups.size(); i++) {
      String name = groups.get(i);
      Matcher slice = SLICE.matcher(name);
      boolean isSlice = slice.matches();
      if (isSlice || (DIRECTORY.matcher(name).matches() && ofKubelet(groups.subList(0, i)))) {
        String inside = isSlice && slice.group(2) != null ? slice.group(2) : at(groups, i + 1);
        Matcher container = CONTAINER.matcher(inside);
        return new ControlGroup(
            podNamed(name),
            container.matches() ? Optional.of(container.group(1)) : Optional.empty(),
            false);
      }
    }
    boolean service =
        (within(groups, "system.slice") || within(groups, "init.scope"))
            && !path.contains("kubepods")
            && !ANY_CONTAINER.matcher(path).find();
    return service ? HOST : UNKNOWN;
  }

  /**
   * Whether a pod's directory may be there. Whoever is in a group namespace sees the groups of
   * others from its own, so the first ones may be missing.
   */
  private static boolean ofKubelet(List<String> above) {
    return above.stream().anyMatch(name -> name.endsWith("kubepods"))
        || (at(above, 0).equals(UP)
            && above.stream()
                .allMatch(name -> List.of(UP, "burstable", "besteffort").contains(name)));
  }

  private static boolean within(List<String> groups, String first) {
    return groups.stream().dropWhile(UP::equals).findFirst().filter(first::equals).isPresent();
  }

  private static String at(List<String> groups, int index) {
    return index < groups.size() ? groups.get(index) : "";
  }
}
