package dev.acceld.dra.slice;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often somebody else's changes had to be put right lately. The first repairs come at once, as
 * after the start of a kubelet; when they do not last, each waits longer than the one before, up to
 * half the time between two lists, so that a fight on every node of a cluster costs its API server
 * little. One thread; times in nanoseconds.
 */
final class ForeignChanges {
  private static final Logger log = LoggerFactory.getLogger(SlicePublisher.class);
  private static final int AT_ONCE = 4;
  private static final int MOST_DOUBLINGS = 12;
  private static final int TOLD = 10;
  private static final long PEACE = 60_000_000_000L;

  private final PublisherSettings settings;
  private int repairs;
  private long lastRepair;
  private boolean foreign;
  private String told = "";

  ForeignChanges(PublisherSettings settings) {
    this.settings = settings;
  }

  /** Somebody else has changed something; from now to the repair. */
  long changed(long now) {
    foreign = true;
    calm(now);
    return pause();
  }

  /**
   * What is stored has been compared with what is wanted.
   *
   * @param wrote whether there was something to put right
   */
  void compared(long now, boolean wrote) {
    calm(now);
    if (foreign && wrote) {
      repairs++;
      lastRepair = now;
    }
    foreign = false;
  }

  /** Tells whether it is a fight; the log has its beginning. */
  void tell(PublisherObserver observer) {
    String what = what();
    if (!what.isEmpty() && told.isEmpty()) {
      log.warn("{}; each repair waits longer than the one before", what);
    }
    told = what;
    observer.contested(what);
  }

  /** For a person, while it is a fight; otherwise empty. */
  String what() {
    return repairs < TOLD
        ? ""
        : "another client keeps changing the ResourceSlices of "
            + settings.driver()
            + " on node "
            + settings.node();
  }

  /** Repairs that last: somebody who fights would have been back. */
  private void calm(long now) {
    if (now - lastRepair > 2 * pause() + PEACE) {
      repairs = 0;
    }
  }

  private long pause() {
    long first = settings.timing().debounce().toNanos();
    long most = Math.max(first, settings.timing().resync().toNanos() / 2);
    return Math.min(most, first << Math.clamp(repairs - AT_ONCE + 1, 0, MOST_DOUBLINGS));
  }
}
