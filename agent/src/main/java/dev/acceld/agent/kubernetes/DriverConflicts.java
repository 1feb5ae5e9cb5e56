package dev.acceld.agent.kubernetes;

import dev.acceld.agent.http.Condition;
import dev.acceld.device.Inventory;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.OtherDrivers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Other DRA drivers that offer devices of this node which acceld offers too: the scheduler counts
 * the two offers apart. Asked of the API server seldom (one list of this node's slices, from the
 * server's memory), and not at all while there are no devices; no answer keeps the last one.
 */
public final class DriverConflicts {
  /** What to do about one. */
  public static final String REMEDY =
      "let only one driver publish these devices: exclude this node from the other driver or from"
          + " acceld, with its node selector";

  private static final Logger log = LoggerFactory.getLogger(DriverConflicts.class);
  private static final Duration PERIOD = Duration.ofMinutes(30);
  private static final int NAMED = 4;

  private final ClusterApi api;
  private final String driver;
  private final String node;
  private final Supplier<Inventory> inventory;
  private volatile Map<String, Set<String>> rivals = Map.of();
  private volatile OptionalLong due = OptionalLong.empty();

  DriverConflicts(ClusterApi api, String driver, String node, Supplier<Inventory> inventory) {
    this.api = api;
    this.driver = driver;
    this.node = node;
    this.inventory = inventory;
  }

  /** From look to look: ± 20 % by process, so that the nodes of a cluster do not ask together. */
  private static Duration pause() {
    long period = PERIOD.toMillis();
    return Duration.ofMillis(
        period - period / 5 + ThreadLocalRandom.current().nextLong(period / 5 * 2));
  }

  /** From one time at which there may be work to the next; see {@link #lookIfDue}. */
  static final Duration TICK = Duration.ofSeconds(80);

  /**
   * Looks when the pause since the last look is over, and at once while there was no device to ask
   * about, which costs no request. Called every {@link #TICK}, by one thread at a time.
   */
  void lookIfDue(long now) {
    if (due.isEmpty() || now - due.getAsLong() >= 0) {
      due = look() ? OptionalLong.of(now + pause().toNanos()) : OptionalLong.empty();
    }
  }

  /**
   * Looks once; blocks while the API server answers.
   *
   * @return false when there was no device to ask about
   */
  boolean look() {
    Set<String> known = OtherDrivers.identities(inventory.get());
    Map<String, Set<String>> now = new TreeMap<>();
    if (!known.isEmpty()) {
      try {
        api.eachSliceOfNode(node, slice -> OtherDrivers.sharing(slice, driver, known, now));
      } catch (ClusterException e) {
        log.debug("other drivers: {}", e.getMessage());
        return true;
      }
    }
    Map<String, Set<String>> before = rivals;
    rivals = now;
    if (!now.isEmpty() && !now.equals(before)) {
      log.warn("{}: {}", what(now), REMEDY);
    } else if (now.isEmpty() && !before.isEmpty()) {
      log.info("no other driver publishes the devices of this node anymore");
    }
    return !known.isEmpty();
  }

  /** Only while there is something to say. */
  Optional<Condition> condition() {
    Map<String, Set<String>> now = rivals;
    return now.isEmpty()
        ? Optional.empty()
        : Optional.of(Condition.advisory("other-driver", false, what(now) + ": " + REMEDY));
  }

  /** What is wrong. */
  public static String what(Map<String, Set<String>> rivals) {
    String named =
        rivals.entrySet().stream()
            .map(e -> e.getKey() + " (" + devices(e.getValue()) + ")")
            .collect(Collectors.joining(", "));
    return "another DRA driver publishes the same devices on this node as acceld, so one device"
        + " can be allocated to two pods: "
        + named;
  }

  private static String devices(Set<String> names) {
    return names.stream().limit(NAMED).collect(Collectors.joining(", "))
        + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
  }
}
