package dev.acceld.dra.claim.prepare;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds the devices that an allocation means, or says which of them cannot be had and why; and has
 * what is wanted of them.
 */
public final class AllocationReader {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final ClaimSettings settings;
  private final Supplier<Inventory> inventory;
  private final Function<DeviceName, Optional<HealthReport>> health;
  private final ClaimOptions options;

  /**
   * Of the devices and their health as the suppliers have them when they are asked.
   *
   * @param options understands the configuration of claims
   */
  public AllocationReader(
      ClaimSettings settings,
      Supplier<Inventory> inventory,
      Function<DeviceName, Optional<HealthReport>> health,
      ClaimOptions options) {
    this.options = options;
    this.settings = settings;
    this.inventory = inventory;
    this.health = health;
  }

  /** What claims want of their devices. */
  ClaimOptions options() {
    return options;
  }

  /**
   * This driver's results, without repetitions and in order; other drivers' are left out.
   *
   * @throws ClaimRefusedException when a pool is not ours to serve
   */
  List<Result> ownResults(Allocation allocation) throws ClaimRefusedException {
    LinkedHashSet<Result> own = new LinkedHashSet<>();
    for (Result result : allocation.results()) {
      if (result.driver().equals(settings.driverName())) {
        if (!result.pool().equals(settings.poolName())) {
          throw new ClaimRefusedException(
              "device "
                  + result.device()
                  + " of request "
                  + result.request()
                  + " was allocated from pool '"
                  + result.pool()
                  + "', but this is node "
                  + settings.nodeName()
                  + " with pool '"
                  + settings.poolName()
                  + "'; the pod is on the wrong node, or two drivers have the name "
                  + settings.driverName());
        }
        own.add(result);
      }
    }
    return List.copyOf(own);
  }

  /**
   * The device of each result. Waits while the inventory is still being taken after a start.
   *
   * @param deadline in {@link System#nanoTime}
   */
  List<AllocatedDevice> devices(
      List<Result> results, InFlightPrepares.Attempt attempt, long deadline)
      throws ClaimRefusedException, InterruptedException {
    while (true) {
      Inventory now = inventory.get();
      List<AllocatedDevice> found = new ArrayList<>(results.size());
      Result absent = null;
      for (Result result : results) {
        Optional<Device> device = find(now, result.device());
        if (device.isPresent() && !now.missing().contains(device.get().name())) {
          found.add(new AllocatedDevice(result, device.get()));
        } else if (absent == null) {
          absent = result;
        }
      }
      if (absent == null) {
        checkOffered(found);
        return found;
      }
      if (!starting(now) || deadline - System.nanoTime() <= 0) {
        throw new ClaimRefusedException(why(absent, now));
      }
      attempt.check();
      Thread.sleep(LOOK_AGAIN);
    }
  }

  /** It may have been taken from the offer after it was given away. */
  private static void checkOffered(List<AllocatedDevice> devices) throws ClaimRefusedException {
    for (AllocatedDevice device : devices) {
      if (!device.device().common().offered() && !device.result().adminAccess()) {
        throw new ClaimRefusedException(
            "device "
                + device.result().device()
                + " of request "
                + device.result().request()
                + " cannot be allocated in its current state (a GPU in MIG mode is only usable as"
                + " partitions); delete the pod to get another device");
      }
    }
  }

  private static Optional<Device> find(Inventory inventory, String name) {
    for (Device device : inventory.devices()) {
      if (device.name().value().equals(name)) {
        return Optional.of(device);
      }
    }
    return Optional.empty();
  }

  private static boolean starting(Inventory inventory) {
    return inventory.probes().isEmpty()
        || inventory.probes().stream().anyMatch(p -> p.state() == ProbeStatus.State.STARTING);
  }

  private String why(Result result, Inventory inventory) {
    Optional<Device> device = find(inventory, result.device());
    if (device.isPresent()) {
      String reason =
          health
              .apply(device.get().name())
              .filter(h -> !h.reasons().isEmpty())
              .map(h -> h.reasons().getFirst())
              .map(r -> " (" + r.message() + "; " + r.action().describe() + ")")
              .orElse("");
      return "device "
          + result.device()
          + " of request "
          + result.request()
          + " is currently not available"
          + reason
          + "; delete the pod to get another device";
    }
    StringBuilder text =
        new StringBuilder("device ")
            .append(result.device())
            .append(" of request ")
            .append(result.request())
            .append(" is not on node ")
            .append(settings.nodeName());
    for (ProbeStatus probe : inventory.probes()) {
      if (probe.state() != ProbeStatus.State.READY) {
        text.append("; probe ").append(probe.probe()).append(": ").append(probe.detail());
      }
    }
    return text.append("; see 'acceld devices' for what is, and delete the pod to have another")
        .append(" device allocated")
        .toString();
  }
}
