package dev.acceld.dra.slice;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.HeldDevice;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
   */
  public List<SliceDevice> compose(
      Inventory inventory,
      Map<DeviceName, HealthReport> health,
      List<HeldDevice> held,
      boolean taintsKept) {
    TreeMap<String, HeldDevice> byName = new TreeMap<>();
    held.forEach(h -> byName.putIfAbsent(h.device(), h));
    Set<String> seen = new HashSet<>();
    List<SliceDevice> offer = new ArrayList<>();
    for (Device d : inventory.devices()) {
      String name = d.name().value();
      if (!seen.add(name)) {
        continue;
      }
      boolean missing = inventory.missing().contains(d.name());
      List<Taint> taints = taints(health.get(d.name()), missing);
      if (taintsKept || byName.containsKey(name) || !Taints.blocked(taints)) {
        offer.add(
            limits.keep(
                new SliceDevice(name, d.common().attributes(), d.common().capacities(), taints)));
      }
    }
    byName.forEach((name, h) -> {
      if (!seen.contains(name)) {
        offer.add(
            limits.keep(
                new SliceDevice(
                    name,
                    new HashMap<>(h.attributes()),
                    new HashMap<>(h.capacities()),
                    List.of(Taints.lost()))));
      }
    });
    return List.copyOf(offer);
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
