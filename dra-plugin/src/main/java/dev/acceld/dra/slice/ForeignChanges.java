package dev.acceld.dra.slice;

/**
 * How often somebody else's changes had to be put right lately. The first repairs come at once, as
 * after the start of a kubelet; when they do not last, each waits longer than the one before, up to
 * half the time between two lists, so that a fight on every node of a cluster costs its API server
 * little. One thread; times in nanoseconds.
 */
final class ForeignChanges {
  private static final int AT_ONCE = 4;
  private static final int MOST_DOUBLINGS = 12;
  private static final int TOLD = 10;
  private static final long PEACE = 60_000_000_000L;

  private final PublisherSettings settings;
  private int repairs;
  private long lastRepair;
  private boolean foreign;

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
