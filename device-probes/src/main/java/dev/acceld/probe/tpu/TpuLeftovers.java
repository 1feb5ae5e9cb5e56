package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.TpuChip;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.DeviceUser;
import dev.acceld.probe.Signal;
import dev.acceld.steady.Refresher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chips that a process has open though no claim holds them. A look at all processes is dear, so
 * there is one a minute, on a thread of its own, and none while every chip is held. Who lets go
 * within seconds, as a libtpu that ends, is no news: a process counts when it is seen twice, half a
 * minute apart. It is over when none of them has the chip open any more; where that cannot be seen,
 * or it is not known what claims hold, nothing changes.
 *
 * <p>Where somebody wants to know who has the chips open, there is a look each minute at the held
 * ones, too.
 *
 * <p>{@link #watch} and {@link #changes} are for the probe's thread.
 */
final class TpuLeftovers implements AutoCloseable {
  private final ClusterView cluster;
  private final TpuUsers users;
  private final boolean always;
  private final Refresher refresher;
  private volatile List<Device> devices = List.of();
  private volatile Map<DeviceName, String> found = Map.of();
  private volatile Map<DeviceName, List<DeviceProcess>> processes = Map.of();
  private final Map<DeviceName, Suspects> suspects = new HashMap<>(); // guarded by this
  private final StandingDefects defects = new StandingDefects(DefectKind.LEFTOVER_PROCESS);

  /**
   * Processes that have a chip open which nobody holds.
   *
   * @param certain whether one of them was seen twice
   */
  private record Suspects(List<DeviceUser> users, boolean certain) {
    boolean contains(DeviceUser user) {
      return users.stream().anyMatch(each -> each.pid() == user.pid());
    }
  }

  /**
   * Has looked at nothing yet.
   *
   * @param always whether it is looked at chips that are held, too
   * @param pause between two looks at the same process; twice as long while there is none to look
   *     at again
   */
  TpuLeftovers(ClusterView cluster, TpuUsers users, boolean always, Duration pause) {
    this.cluster = cluster;
    this.users = users;
    this.always = always;
    refresher = new Refresher("tpu-leftovers", pause.multipliedBy(2), pause, this::look);
  }

  /** Who has each chip open, as of the last look; nothing unless all chips are looked at. */
  Map<DeviceName, List<DeviceProcess>> processes() {
    return processes;
  }

  /** From now on looks at these chips and blocks of chips. */
  void watch(List<Device> now) {
    devices = List.copyOf(now);
    refresher.begin();
  }

  /** The same, but looks only when it is told to; for tests. */
  void set(List<Device> now) {
    devices = List.copyOf(now);
  }

  /** One look; true when there is nothing to look at again soon. */
  synchronized boolean look() {
    List<Device> now = devices;
    Optional<Set<DeviceName>> before = held(now);
    if (before.isEmpty()) {
      if (always) {
        note(now, users.find(chips(now)));
      }
      return always;
    }
    boolean free = chips(now).stream().anyMatch(chip -> !before.get().contains(chip.name()));
    if (always || free || !suspects.isEmpty()) {
      Optional<Map<DeviceName, List<DeviceUser>>> open = users.find(chips(now));
      note(now, open);
      Optional<Set<DeviceName>> after = held(now); // what was open then may be held since
      if (open.isEmpty() || after.isEmpty()) {
        return suspects.isEmpty();
      }
      Set<DeviceName> held = new HashSet<>(before.get());
      held.addAll(after.get());
      judge(chips(now), open.get(), held);
    }
    return suspects.isEmpty();
  }

  /** Processes that have ended by now have no start time and are left out. */
  private void note(List<Device> devices, Optional<Map<DeviceName, List<DeviceUser>>> open) {
    if (!always) {
      return;
    }
    Map<DeviceName, List<DeviceProcess>> all = new HashMap<>();
    open.ifPresent(users ->
        chips(devices)
            .forEach(
                chip -> all.put(chip.name(), started(users.getOrDefault(chip.name(), List.of())))));
    processes = Map.copyOf(all);
  }

  private List<DeviceProcess> started(List<DeviceUser> of) {
    List<DeviceProcess> all = new ArrayList<>();
    of.forEach(user ->
        users.startTicks(user).ifPresent(ticks -> all.add(DeviceProcess.open(user.pid(), ticks))));
    return List.copyOf(all);
  }

  private void judge(
      List<Device> chips, Map<DeviceName, List<DeviceUser>> open, Set<DeviceName> held) {
    Map<DeviceName, String> next = new HashMap<>(found); // of a chip that is away nothing is known
    for (Device chip : chips) {
      List<DeviceUser> now = open.getOrDefault(chip.name(), List.of());
      Suspects before = suspects.getOrDefault(chip.name(), new Suspects(List.of(), false));
      if (held.contains(chip.name())) {
        // Whoever has come since is the holder's.
        now = before.certain ? now.stream().filter(before::contains).toList() : List.of();
      }
      if (now.isEmpty()) {
        suspects.remove(chip.name());
        next.remove(chip.name());
        continue;
      }
      boolean certain = before.certain || now.stream().anyMatch(before::contains);
      suspects.put(chip.name(), new Suspects(now, certain));
      if (certain) {
        next.put(chip.name(), describe(now));
      }
    }
    found = Map.copyOf(next);
  }

  /** {@code process 4711 (python3) of the pod with UID …}. */
  private static String describe(List<DeviceUser> users) {
    DeviceUser first = users.getFirst();
    return first.describe()
        + first.podUid().map(uid -> " of the pod with UID " + uid).orElse(", which is in no pod")
        + (users.size() > 1 ? ", and " + (users.size() - 1) + " more" : "");
  }

  private static List<Device> chips(List<Device> devices) {
    return devices.stream().filter(TpuChip.class::isInstance).toList();
  }

  /**
   * The chips that claims hold, also as a part of a block, and those that cannot be told from them
   * by their files; empty when that is not known.
   */
  private Optional<Set<DeviceName>> held(List<Device> devices) {
    Optional<Set<DeviceName>> names = cluster.held();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    List<Device> holding = new ArrayList<>();
    for (Device device : devices) {
      if (names.get().contains(device.name())) {
        holding.add(device);
      }
    }
    if (holding.size() < names.get().stream().filter(TpuLeftovers::isOurs).count()) {
      return Optional.empty(); // something that is not offered any more, of whatever chips
    }
    return Optional.of(
        chips(devices).stream()
            .filter(chip ->
                holding.stream().anyMatch(each -> each.common().sharesPartWith(chip.common())))
            .map(Device::name)
            .collect(Collectors.toSet()));
  }

  /** Devices of other vendors are held too. */
  private static boolean isOurs(DeviceName name) {
    return name.value().startsWith("tpu-");
  }

  /** What has changed since the last call. */
  List<Signal> changes(Instant at) {
    return defects.changes(found, at);
  }

  @Override
  public void close() {
    refresher.close();
  }
}
