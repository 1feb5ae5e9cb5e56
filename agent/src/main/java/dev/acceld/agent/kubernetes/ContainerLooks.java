package dev.acceld.agent.kubernetes;

import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.ContainerUse;
import dev.acceld.dra.claim.PodHolders;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.probe.VendorModule;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.Holders;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Remembers what the kubelet told of the containers of this node whenever it was asked for the pods
 * of claims: which container refers to which claim, and what device plugins gave to it. It is asked
 * every 15 seconds, and soon after a claim was prepared or unprepared, but not twice in 10 seconds,
 * and not at all while nothing is prepared and no device plugin offers devices of this node. When
 * it does not answer, what it told before counts on.
 *
 * <p>The kubelet knows claims and pods by name only. What it tells of a claim is taken for the
 * claim that was prepared under that name both before and after the question. A pod that it does
 * not list (any more) keeps what was known of it: it is starting or ending.
 */
final class ContainerLooks implements PodHolders {
  /** The kubelet answers a hundred questions a second, of all who ask. */
  static final Duration LEAST_PAUSE = Duration.ofSeconds(10);

  static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** The kubelet has to take the answer of a prepare in, and to show the pod. */
  static final Duration AFTER_CHANGE = Duration.ofSeconds(1);

  /** As long as the series of an ended claim, and a little more. */
  private static final Duration LINGER = Duration.ofMinutes(6);

  private static final int MOST_ENDED = 500;

  /** Asks the kubelet; blocks for some seconds at most. */
  @FunctionalInterface
  interface Kubelet {
    List<ContainerUse> containers() throws IOException;
  }

  private final Kubelet kubelet;
  private final Supplier<List<PreparedClaim>> claims;
  private final Supplier<Inventory> inventory;
  private final LongSupplier nanos;

  // Guarded by this.
  private final Map<String, Seen> seen = new LinkedHashMap<>(); // by UID of the claim
  private long askedAt;
  private boolean asked;
  private long changedAt;
  private boolean changed;

  private volatile ContainerUses uses = ContainerUses.NONE;

  private static final class Seen {
    private final Map<PodRef, List<String>> pods = new HashMap<>();
    private long lastPrepared;
  }

  ContainerLooks(
      Kubelet kubelet, Supplier<List<PreparedClaim>> claims, Supplier<Inventory> inventory) {
    this(kubelet, claims, inventory, System::nanoTime);
  }

  ContainerLooks(
      Kubelet kubelet,
      Supplier<List<PreparedClaim>> claims,
      Supplier<Inventory> inventory,
      LongSupplier nanos) {
    this.kubelet = kubelet;
    this.claims = claims;
    this.inventory = inventory;
    this.nanos = nanos;
  }

  /** What is known now. Any thread. */
  ContainerUses uses() {
    return uses;
  }

  /** A claim was prepared or unprepared. Returns at once. */
  synchronized void changed() {
    if (!changed) {
      changedAt = nanos.getAsLong();
      changed = true;
    }
  }

  /**
   * Whether it is time to ask.
   *
   * @param plugins whether a device plugin offers devices of this node
   */
  synchronized boolean isDue(boolean plugins) {
    long now = nanos.getAsLong();
    if (claims.get().isEmpty() && !plugins) {
      forget(now, List.of(), List.of());
      return false;
    }
    if (!asked || now - askedAt >= LONGEST_PAUSE.toNanos()) {
      return true;
    }
    return changed
        && now - changedAt >= AFTER_CHANGE.toNanos()
        && now - askedAt >= LEAST_PAUSE.toNanos();
  }

  @Override
  public Map<ClaimKey, Set<PodRef>> byClaim() throws IOException {
    synchronized (this) {
      asked = true;
      askedAt = nanos.getAsLong();
      changed = false;
    }
    List<PreparedClaim> before = claims.get();
    List<ContainerUse> told = kubelet.containers();
    List<PreparedClaim> after = claims.get();
    Set<String> old = new HashSet<>();
    before.forEach(claim -> old.add(claim.claim().uid()));
    take(told, after.stream().filter(claim -> old.contains(claim.claim().uid())).toList(), after);
    return PodHolders.byClaim(told);
  }

  /** Asks once, for what device plugins gave. */
  void look() throws IOException {
    var unused = byClaim();
  }

  private synchronized void take(
      List<ContainerUse> told, List<PreparedClaim> certain, List<PreparedClaim> prepared) {
    for (PreparedClaim claim : certain) {
      ClaimKey key = new ClaimKey(claim.claim().namespace(), claim.claim().name());
      Map<PodRef, Set<String>> containers = new HashMap<>();
      for (ContainerUse use : told) {
        if (use.claims().contains(key)) {
          containers
              .computeIfAbsent(withUid(use.pod(), claim), pod -> new TreeSet<>())
              .add(use.container());
        }
      }
      Seen of = seen.computeIfAbsent(claim.claim().uid(), uid -> new Seen());
      Set<String> users = new HashSet<>();
      claim.pods().forEach(pod -> users.add(pod.path()));
      containers.keySet().forEach(pod -> users.remove(pod.path()));
      of.pods.keySet().removeIf(known -> !users.contains(known.path()));
      containers.forEach((pod, names) -> of.pods.put(pod, List.copyOf(names)));
    }
    forget(nanos.getAsLong(), prepared, given(told, inventory.get().devices()));
  }

  private static PodRef withUid(PodRef listed, PreparedClaim claim) {
    return Holders.distinct(claim.pods()).stream()
        .filter(pod -> pod.path().equals(listed.path()))
        .findFirst()
        .orElse(listed);
  }

  /** Forgets claims that ended a while ago, and publishes the rest. */
  private void forget(long now, List<PreparedClaim> prepared, List<ContainerUses.Given> plugins) {
    if (seen.isEmpty() && plugins.isEmpty() && uses.plugins().isEmpty()) {
      uses = ContainerUses.NONE;
      return;
    }
    Set<String> alive = new HashSet<>();
    prepared.forEach(claim -> alive.add(claim.claim().uid()));
    Map<String, Map<PodRef, List<String>>> byClaim = new HashMap<>();
    int ended = (int) seen.keySet().stream().filter(uid -> !alive.contains(uid)).count();
    for (var all = seen.entrySet().iterator(); all.hasNext(); ) {
      var entry = all.next();
      Seen of = entry.getValue();
      if (alive.contains(entry.getKey())) {
        of.lastPrepared = now;
      } else if (now - of.lastPrepared > LINGER.toNanos() || ended > MOST_ENDED) {
        ended--;
        all.remove();
        continue;
      }
      byClaim.put(entry.getKey(), Map.copyOf(of.pods));
    }
    uses = new ContainerUses(byClaim, plugins);
  }

  private static List<ContainerUses.Given> given(List<ContainerUse> told, List<Device> devices) {
    List<ContainerUses.Given> all = new ArrayList<>();
    for (ContainerUse use : told) {
      use.pluginDevices()
          .forEach((resource, ids) -> {
            for (VendorModule module : VendorModule.all()) {
              if (module.otherOffers().devicePlugins().stream().anyMatch(resource::startsWith)) {
                for (String id : ids) {
                  named(module, id, devices)
                      .ifPresent(device ->
                          all.add(
                              new ContainerUses.Given(
                                  device.name(), resource, use.pod(), use.container())));
                }
              }
            }
          });
    }
    return all.stream().distinct().toList();
  }

  private static Optional<Device> named(VendorModule module, String id, List<Device> devices) {
    return devices.stream()
        .filter(device -> device.common().vendor().equals(module.vendor()))
        .filter(device -> module.isPluginId(device, id))
        .findFirst();
  }
}
