package dev.acceld.dra.slice;

import dev.acceld.device.Capacity;
import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.HeldDevice;
import dev.acceld.dra.claim.Hold;
import dev.acceld.dra.cluster.ResourceSlice.CounterSet;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the node offers, from what it has, how that is doing and who holds it. A device in trouble
 * keeps its place and is tainted; a device that a claim holds is never left out, because the
 * scheduler charges only what is published. Any thread.
 */
public final class SliceComposer {
  private final DeviceLimits limits;

  /** For the slices of that driver. */
  public SliceComposer(String driver) {
    limits = new DeviceLimits(driver);
  }

  /**
   * Puts the offer together, in the order of the inventory; devices that only a claim remembers
   * come last, by name.
   *
   * @param taintsKept false where the cluster drops taints: then a device that must not be given
   *     away, and that nobody holds, is withdrawn instead
   * @param countersKept false where the cluster drops shared counters: then of a thing that is
   *     offered as a whole and in parts only the whole is, and not even that while a claim has a
   *     part of it
   */
  public DriverResources compose(
      Inventory inventory,
      Map<DeviceName, HealthReport> health,
      List<HeldDevice> held,
      boolean taintsKept,
      boolean countersKept) {
    TreeMap<String, HeldDevice> byName = new TreeMap<>();
    held.forEach(h -> byName.putIfAbsent(h.device(), h));
    Set<String> seen = new HashSet<>();
    Set<String> inParts =
        inventory.devices().stream()
            .filter(d -> byName.containsKey(d.name().value()))
            .flatMap(d -> d.common().counters().filter(CounterUse::part).stream())
            .map(CounterUse::set)
            .collect(Collectors.toSet());
    List<Hold> unlisted = unlisted(byName, inventory);
    Map<String, List<SliceDevice>> groups = new LinkedHashMap<>();
    List<SliceDevice> wholes = groups.computeIfAbsent("", g -> new ArrayList<>());
    Map<String, CounterSet> counters = new LinkedHashMap<>();
    for (Device d : inventory.devices()) {
      String name = d.name().value();
      if (!seen.add(name)) {
        continue;
      }
      boolean missing = inventory.missing().contains(d.name());
      List<Taint> taints = taints(health.get(d.name()), missing);
      Optional<CounterUse> use = d.common().counters();
      boolean wanted =
          d.common().offered()
              && unlisted.stream().noneMatch(hold -> hold.excludes(d))
              && (taintsKept || !Taints.blocked(taints))
              && (countersKept || use.filter(u -> u.part() || inParts.contains(u.set())).isEmpty());
      if (!wanted && !byName.containsKey(name)) {
        continue;
      }
      if (countersKept) {
        use.ifPresent(u -> counters.computeIfAbsent(u.set(), set -> counters(set, u.all())));
      }
      groups
          .computeIfAbsent(
              use.filter(CounterUse::part).map(CounterUse::set).orElse(""), g -> new ArrayList<>())
          .add(
              limits.keep(
                  new SliceDevice(
                      name,
                      d.common().attributes(),
                      d.common().capacities(),
                      taints,
                      countersKept
                          ? use.stream().map(u -> counters(u.set(), u.used())).toList()
                          : List.of())));
    }
    byName.forEach((name, h) -> {
      if (!seen.contains(name)) {
        wholes.add(
            limits.keep(
                new SliceDevice(
                    name,
                    new HashMap<>(h.attributes()),
                    new HashMap<>(h.capacities()),
                    List.of(Taints.lost()))));
      }
    });
    return new DriverResources(List.copyOf(counters.values()), List.copyOf(groups.values()));
  }

  /**
   * What claims hold with devices that are not offered any more. No counter tells the scheduler
   * what else is taken with them.
   */
  private static List<Hold> unlisted(Map<String, HeldDevice> held, Inventory inventory) {
    Set<String> offered =
        inventory.devices().stream()
            .filter(d -> d.common().offered())
            .map(d -> d.name().value())
            .collect(Collectors.toSet());
    return held.values().stream()
        .filter(h -> !offered.contains(h.device()))
        .map(HeldDevice::hold)
        .toList();
  }

  private static CounterSet counters(String set, Map<String, Long> amounts) {
    Map<String, Capacity> counters = new HashMap<>();
    amounts.forEach((counter, amount) -> counters.put(counter, new Capacity(amount)));
    return new CounterSet(set, counters);
  }

  private static List<Taint> taints(@Nullable HealthReport report, boolean missing) {
    List<Taint> taints = report == null ? List.of() : Taints.of(report);
    if (missing && !Taints.blocked(taints)) {
      List<Taint> more = new ArrayList<>(taints);
      more.addFirst(Taints.lost());
      return more;
    }
    return taints;
  }
}
