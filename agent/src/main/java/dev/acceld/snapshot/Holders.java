package dev.acceld.snapshot;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.PodRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holders by device, at one moment. Immutable; made anew for every scrape (a few map entries a
 * device), so that a pod or claim that has gone is gone from the series as well.
 *
 * <p>A request with admin access looks at a device without holding it, and is not listed.
 */
public final class Holders {
  /** Nobody holds anything. */
  public static final Holders NONE = new Holders(Map.of());

  private final Map<String, List<Holder>> byDevice;

  private Holders(Map<String, List<Holder>> byDevice) {
    this.byDevice = byDevice;
  }

  /**
   * Joins claims and devices. Whoever holds several chips as one device holds each of them.
   *
   * @param devices those of the node
   */
  public static Holders of(List<PreparedClaim> claims, List<Device> devices) {
    if (claims.isEmpty()) {
      return NONE;
    }
    Map<String, List<String>> members = members(devices);
    Map<String, List<Holder>> all = new HashMap<>();
    for (PreparedClaim claim : claims) {
      List<PodRef> pods = distinct(claim.pods());
      for (PreparedDevice device : claim.devices()) {
        if (!device.adminAccess()) {
          Holder holder =
              new Holder(claim.claim(), device.request(), device.pool(), device.shareId(), pods);
          all.computeIfAbsent(device.device(), unused -> new ArrayList<>(1)).add(holder);
          for (String member : members.getOrDefault(device.device(), List.of())) {
            all.computeIfAbsent(member, unused -> new ArrayList<>(1)).add(holder);
          }
        }
      }
    }
    all.replaceAll((unused, holders) -> List.copyOf(holders));
    return new Holders(all);
  }

  /** The devices that each group consists of, by its name. */
  static Map<String, List<String>> members(List<Device> devices) {
    Map<String, List<String>> members = new HashMap<>();
    for (Device device : devices) {
      if (device.group()) {
        members.put(
            device.name().value(), device.members().stream().map(d -> d.name().value()).toList());
      }
    }
    return members;
  }

  /**
   * The holders of that device, in the order in which the claims were given; mostly one or none.
   */
  public List<Holder> holders(DeviceName device) {
    return byDevice.getOrDefault(device.value(), List.of());
  }

  /** The holder, when there is exactly one: only then is a device's value that claim's. */
  public Optional<Holder> soleHolder(DeviceName device) {
    List<Holder> holders = holders(device);
    return holders.size() == 1 ? Optional.of(holders.getFirst()) : Optional.empty();
  }

  /**
   * Each pod once. The kubelet's list names a pod without its UID, so the name decides; the entry
   * that has a UID is kept.
   */
  public static List<PodRef> distinct(List<PodRef> pods) {
    if (pods.size() < 2) {
      return pods;
    }
    Map<String, PodRef> byPath = new LinkedHashMap<>();
    for (PodRef pod : pods) {
      byPath.merge(pod.path(), pod, (old, next) -> old.uid().isEmpty() ? next : old);
    }
    return List.copyOf(byPath.values());
  }
}
