package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.ResourceSlice;
import dev.acceld.dra.slice.ApiServerFeatures.Feature;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server again for what it did not take: gates are turned on, servers and policies are
 * replaced. The slice that was refused is sent as a dry run, so nothing is stored and no watcher is
 * woken. What comes back otherwise than it was sent is written again, one slice at a time. When all
 * has been asked and the answers are the same, the pause doubles, from minutes to hours. One
 * thread.
 */
final class FeatureProbe {
  private static final Logger log = LoggerFactory.getLogger(FeatureProbe.class);
  private static final long NEVER = Long.MAX_VALUE / 2;
  private static final int MOST_DOUBLINGS = 6;

  private final ClusterApi api;
  private final ApiServerFeatures quirks;
  private final long first;
  private int tries;
  private long due = NEVER;

  /**
   * Nothing is due before something has been learned.
   *
   * @param first from a lesson to the first try
   */
  FeatureProbe(ClusterApi api, ApiServerFeatures quirks, Duration first) {
    this.api = api;
    this.quirks = quirks;
    this.first = first.toNanos();
  }

  /** When the next try is due, if anything has been learned. */
  long due(long now) {
    if (!quirks.learnedAny()) {
      due = NEVER; // the tries count on: a lesson that is forgotten is mostly learned again
    } else if (due == NEVER) {
      due = now + pause();
    }
    return due;
  }

  /** The server may be another one by now: the next try comes after the first pause. */
  void soon(long now) {
    tries = 0;
    if (quirks.learnedAny()) {
      due = Math.min(due, now + pause());
    }
  }

  /** One try of everything; what could not be asked stays as it was. */
  void run(long now, String nodeUid) {
    // A write finds out, and one that changes nothing wakes nobody. One slice at a time: the pool
    // keeps its generation then.
    if (quirks.forgetNext()) {
      tries = Math.min(MOST_DOUBLINGS, tries + 1);
    }
    due = now + pause();
    for (Map.Entry<Feature, ResourceSlice> lesson : quirks.missing().entrySet()) {
      if (taken(lesson.getKey(), lesson.getValue(), nodeUid)) {
        quirks.unlearn(lesson.getKey());
      }
    }
  }

  private boolean taken(Feature feature, ResourceSlice shownBy, String nodeUid) {
    ResourceSlice trial = new ResourceSlice(shownBy.name() + "-trial", "", "", shownBy.spec());
    try {
      ResourceSlice back = api.tryCreateSlice(trial, nodeUid);
      return switch (feature) {
        case TAINTS -> !ApiServerFeatures.taintsDropped(trial, back);
        case EFFECT_NONE -> true;
        case COUNTERS -> !ApiServerFeatures.countersDropped(trial, back);
      };
    } catch (ClusterException e) {
      String message = String.valueOf(e.getMessage());
      log.debug("slices, dry run: {}", message);
      // A webhook that cannot do a dry run hides the server's answer: find out with a real write.
      return e.reason() == Reason.INVALID && message.contains("dry run");
    }
  }

  private long pause() {
    long pause = first << tries;
    return pause - pause / 5 + ThreadLocalRandom.current().nextLong(pause / 5 * 2 + 1);
  }
}
