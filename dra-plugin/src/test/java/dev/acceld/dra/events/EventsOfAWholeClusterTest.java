package dev.acceld.dra.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.events.Event;
import dev.acceld.dra.cluster.events.EventApi;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * How many requests for Events 65,000 nodes make when the same happens on all of them in the same
 * second: all eight devices go, and a claim of one pod holds them. Ledgers and queues are real,
 * time is not. Prints what it measures.
 */
class EventsOfAWholeClusterTest implements EventApi {
  private static final int NODES = Integer.getInteger("acceld.simulation.nodes", 65_000);
  private static final Instant BEGIN = Instant.parse("2026-11-29T04:00:00Z");
  private static final long SECOND = 1_000_000_000L;
  private static final long STEP = 2 * SECOND;

  private final Map<Long, Integer> bySecond = new TreeMap<>();
  private long now;
  private int dropped;

  private record Node(FaultLedger ledger, EventQueue queue, List<PreparedClaim> claims, long at) {}

  @Test
  void theRequestsOfAllNodesAreSpread() {
    long spread = Duration.ofSeconds(60).toNanos(); // as for 60,000 slices and more
    SplittableRandom random = new SplittableRandom(1);
    FaultWatch.Snapshot sick = snapshot();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      EventQueue queue =
          new EventQueue(
              this,
              () -> "uid",
              outcome -> dropped += outcome.equals(EventObserver.DROPPED) ? 1 : 0,
              () -> spread,
              random.split());
      nodes.add(
          new Node(
              new FaultLedger(new EventWriter("acceld.dev", "node-" + i), List.of(), 0),
              queue,
              claims(i),
              FaultEvents.GATHER.toNanos() + random.nextLong(spread)));
    }
    List<Node> busy = nodes;
    int steps = 0;
    while (!busy.isEmpty() && steps++ < 1800) {
      List<Node> still = new ArrayList<>();
      for (Node node : busy) {
        if (now >= node.at && node.ledger.look(sick, now)) {
          node.ledger
              .tell(node.claims, "node", BEGIN.plusNanos(now), now)
              .forEach(event -> node.queue.add(event, now));
        }
        while (node.queue.step(now)) {
          // as long as the pauses allow
        }
        if (now < node.at || !node.queue.isEmpty()) {
          still.add(node);
        }
      }
      busy = still;
      now += STEP;
    }
    int all = bySecond.values().stream().mapToInt(Integer::intValue).sum();
    int most = bySecond.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    double perSecond = most / (double) (STEP / SECOND);
    System.out.printf(
        "%,d nodes, all devices lost in the same second: %,d requests for Events, %,.0f in any"
            + " second at most, the last after %d s, %,d dropped%n",
        NODES, all, perSecond, now / SECOND, dropped);
    assertThat(all).as("Node, pod, claim").isEqualTo(3 * NODES);
    assertThat(dropped).isZero();
    assertThat(perSecond).isLessThan(NODES / 60 * 2.2);
  }

  private static FaultWatch.Snapshot snapshot() {
    Map<Fault.Key, Fault> active = new LinkedHashMap<>();
    Map<Fault.Key, Long> begins = new LinkedHashMap<>();
    Map<String, State> states = new LinkedHashMap<>();
    for (int i = 0; i < 8; i++) {
      Reason reason =
          new Reason(
              "device-lost",
              "",
              "the driver is gone",
              State.UNHEALTHY,
              Effect.NO_SCHEDULE,
              Action.REBOOT,
              "the driver is back",
              BEGIN);
      Fault.Key key = new Fault.Key("gpu-" + i, "device-lost", "");
      active.put(key, new Fault(key, reason, State.UNHEALTHY, false, "gpu-" + i, BEGIN));
      begins.put(key, 1L);
      states.put("gpu-" + i, State.UNHEALTHY);
    }
    return new FaultWatch.Snapshot(active, begins, states);
  }

  private static List<PreparedClaim> claims(int node) {
    List<PreparedDevice> devices = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      devices.add(new PreparedDevice("r", "node", "gpu-" + i, Optional.empty(), false, List.of()));
    }
    return List.of(
        new PreparedClaim(
            new ClaimRef("ns", "c" + node, "c" + node),
            devices,
            List.of(new PodRef("ns", "p" + node, "p" + node)),
            BEGIN));
  }

  @Override
  public void create(Event event) {
    bySecond.merge(now / STEP, 1, Integer::sum);
  }

  @Override
  public void repeat(String namespace, String name, int count, Instant last) {
    throw new AssertionError("nothing happened twice");
  }
}
