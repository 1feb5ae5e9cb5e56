package dev.acceld.agent.kubernetes;

import dev.acceld.agent.http.Condition;
import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.device.Vendor;
import dev.acceld.dra.kubelet.PodResourcesClient;
import dev.acceld.probe.VendorModule;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Device plugins of the old kind that offer the very devices that acceld offers: the scheduler
 * counts the two offers apart, so one device may be given to two pods. Asked of the kubelet now and
 * then; one that does not tell is no news.
 */
public final class DevicePluginConflicts {
  /** What to do about one. */
  public static final String REMEDY =
      "exclude the nodes of acceld from the device plugin (its node selector), or these nodes from"
          + " acceld";

  private static final Logger log = LoggerFactory.getLogger(DevicePluginConflicts.class);

  private final PodResourcesClient kubelet;
  private final Supplier<Inventory> inventory;
  private volatile Map<String, Integer> rivals = Map.of();

  DevicePluginConflicts(PodResourcesClient kubelet, Supplier<Inventory> inventory) {
    this.kubelet = kubelet;
    this.inventory = inventory;
  }

  /** Looks once; blocks while the kubelet answers. */
  void look() {
    Map<String, Integer> now;
    try {
      now =
          among(
              kubelet.devicePlugins().orElse(Map.of()),
              inventory.get().devices().stream()
                  .map(DevicePluginConflicts::vendor)
                  .collect(Collectors.toSet()));
    } catch (IOException e) {
      log.debug("device plugins: {}", e.getMessage());
      return;
    }
    Map<String, Integer> before = rivals;
    rivals = now;
    if (!now.isEmpty() && !now.keySet().equals(before.keySet())) {
      log.warn("{}", sentence(now));
    } else if (now.isEmpty() && !before.isEmpty()) {
      log.info("no device plugin offers the devices of this node anymore");
    }
  }

  /** Whether there is one, as far as is known. */
  boolean any() {
    return !rivals.isEmpty();
  }

  /** Only while there is something to say. */
  Optional<Condition> condition() {
    Map<String, Integer> now = rivals;
    return now.isEmpty()
        ? Optional.empty()
        : Optional.of(Condition.advisory("device-plugin", false, sentence(now)));
  }

  /** Those of the resources that are devices of these vendors. */
  public static Map<String, Integer> among(Map<String, Integer> resources, Set<Vendor> offered) {
    Map<String, Integer> found = new TreeMap<>();
    resources.forEach((name, count) -> {
      boolean theirs =
          VendorModule.all().stream()
              .filter(module -> offered.contains(module.vendor()))
              .flatMap(module -> module.otherOffers().devicePlugins().stream())
              .anyMatch(name::startsWith);
      if (theirs && count > 0) {
        found.put(name, count);
      }
    });
    return found;
  }

  private static String sentence(Map<String, Integer> rivals) {
    return what(rivals) + ": " + REMEDY;
  }

  /** What is wrong. */
  public static String what(Map<String, Integer> rivals) {
    String named =
        rivals.entrySet().stream()
            .map(e -> e.getKey() + " (" + e.getValue() + ")")
            .collect(Collectors.joining(", "));
    return "a device plugin offers "
        + named
        + " on this node too, so one device can be allocated to two pods";
  }

  private static Vendor vendor(Device device) {
    return device.common().vendor();
  }
}
