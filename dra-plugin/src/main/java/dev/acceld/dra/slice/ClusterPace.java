package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast the nodes of a cluster may write together. What happens on all nodes at once is written
 * over a time that grows with the cluster: in a small one at once, in one of 65,000 nodes within a
 * minute. The number of slices stands in for that of nodes; one short request every few hours. One
 * thread, but {@link #spread} is for all.
 */
final class ClusterPace {
  /** Some 1000 writes in a second, whatever the size. */
  static final Duration FOR_EACH_SLICE = Duration.ofMillis(1);

  static final Duration MOST = Duration.ofSeconds(60);
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration AGAIN = Duration.ofHours(6);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);
  private static final Logger log = LoggerFactory.getLogger(ClusterPace.class);

  private final ClusterApi api;
  private final RandomGenerator random;
  private volatile long spread;
  private long due = Long.MAX_VALUE / 2;
  private boolean begun;

  ClusterPace(ClusterApi api, RandomGenerator random) {
    this.api = api;
    this.random = random;
  }

  /** Nanoseconds; 0 while the size is not known. */
  long spread() {
    return spread;
  }

  /** When the next look is due. */
  long due() {
    return due;
  }

  /** Asks if it is time to; what cannot be asked stays as it was. */
  void look(long now) {
    if (!begun) {
      begun = true;
      due = now + around(FIRST);
    }
    if (now < due) {
      return;
    }
    try {
      long slices = api.slicesInCluster();
      spread = Math.min(MOST.toNanos(), slices * FOR_EACH_SLICE.toNanos());
      due = now + around(AGAIN);
    } catch (ClusterException e) {
      log.debug("the size of the cluster is not known: {}", e.getMessage());
      due = now + around(AFTER_FAILURE);
    }
  }

  private long around(Duration pause) {
    return pause.toNanos() / 2 + random.nextLong(pause.toNanos());
  }
}
