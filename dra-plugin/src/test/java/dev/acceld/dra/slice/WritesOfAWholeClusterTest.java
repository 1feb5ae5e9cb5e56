package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import dev.acceld.dra.slice.VirtualCluster.Load;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What 65,000 nodes ask of an API server when the same happens on all of them in the same second.
 * The publishers are real, time is not. Prints what it measures.
 */
class WritesOfAWholeClusterTest {
  private static final int NODES = Integer.getInteger("acceld.simulation.nodes", 65_000);
  private static final Duration ROLLOUT = Duration.ofMinutes(20);
  private static final Duration HALF_HOUR = Duration.ofMinutes(30);
  private static final Taint LOST =
      new Taint("acceld.dev/device-lost", "", "NoSchedule", Optional.empty());
  private static final List<SliceDevice> HEALTHY = gpus(8, 0);
  private static final List<SliceDevice> ONE_SICK = gpus(8, 1);
  private static final List<SliceDevice> ALL_SICK = gpus(8, 8);

  @Test
  void theSameEventOnAllNodesIsWrittenWithinAMinuteAndNeverTooMuchInASecond() {
    VirtualCluster cluster = new VirtualCluster(NODES);
    cluster.onAll(ROLLOUT, node -> node.offer(HEALTHY));
    cluster.pass(HALF_HOUR);
    say("rollout of %,d nodes within 20 min".formatted(NODES), cluster.load(0));

    cluster.pass(Duration.ofMinutes(10));
    Load steady = cluster.load(0);
    say("steady state, 10 min", steady);
    assertThat(steady.writes()).isZero();

    for (List<SliceDevice> change : List.of(ALL_SICK, HEALTHY, ONE_SICK)) {
      long begin = cluster.now();
      cluster.onAll(Duration.ofSeconds(1), node -> node.offer(change));
      cluster.pass(Duration.ofMinutes(2));
      Load load = cluster.load(begin);
      say("the same event on all nodes within 1 s", load);
      assertThat(load.writes()).as("one write for each node").isEqualTo(NODES);
      assertThat(load.mostWrites())
          .as("writes in one second")
          .isLessThan(NODES / 60 * 13 / 10 + 30);
      assertThat(load.lastWriteAfter()).isBetween(50L, 63L);
      assertThat(cluster.node(NODES / 2).published()).isEqualTo(change);
    }
  }

  @Test
  void theEndOfAllWatchesIsSpreadToo() {
    VirtualCluster cluster = new VirtualCluster(NODES);
    cluster.onAll(ROLLOUT, node -> node.offer(HEALTHY));
    cluster.pass(HALF_HOUR);
    long begin = cluster.load(0).writes();
    assertThat(begin).isPositive();

    cluster.onAll(Duration.ZERO, VirtualCluster.Node::loseWatch);
    cluster.pass(Duration.ofMinutes(2));
    Load load = cluster.load(cluster.now());
    say("all watches end at once", load);
    assertThat(load.writes()).isZero();
    assertThat(load.mostReads())
        .as("a list and a watch each")
        .isLessThan(NODES / 60 * 27 / 10 + 60);
  }

  /** In a cluster of usual size nobody waits for the sake of the others. */
  @Test
  void aSmallClusterWritesAtOnce() {
    VirtualCluster cluster = new VirtualCluster(100);
    cluster.onAll(Duration.ofSeconds(10), node -> node.offer(HEALTHY));
    cluster.pass(HALF_HOUR);
    cluster.load(0);
    long begin = cluster.now();
    cluster.onAll(Duration.ZERO, node -> node.offer(ALL_SICK));
    cluster.pass(Duration.ofMillis(500));
    Load load = cluster.load(begin);
    say("the same event on 100 nodes", load);
    assertThat(load.writes()).isEqualTo(100);
  }

  private static void say(String what, Load load) {
    System.out.printf(
        "%s: %,d writes, %,d in any second at most, the last after %d s; %,d reads,"
            + " %,d in any second at most%n",
        what,
        load.writes(),
        load.mostWrites(),
        load.lastWriteAfter(),
        load.reads(),
        load.mostReads());
  }

  private static List<SliceDevice> gpus(int n, int sick) {
    return IntStream.range(0, n)
        .mapToObj(i ->
            new SliceDevice(
                "gpu-" + i,
                Map.of("index", AttributeValue.of(i), "type", AttributeValue.of("gpu")),
                Map.of("memory", new Capacity(81920L << 20)),
                i < sick ? List.of(LOST) : List.of()))
        .toList();
  }
}
