package dev.acceld.probe.nvidia.session;

import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Operational events that nobody has taken yet, up to a number; the newest are dropped. */
final class KeptEvents {
  static final int MOST = 2048;
  private static final Logger log = LoggerFactory.getLogger(KeptEvents.class);

  private final ArrayBlockingQueue<DriverEvent.Operational> events = new ArrayBlockingQueue<>(MOST);
  private long dropped;

  /** Keeps one; for one thread. Drops are logged at each power of two. */
  void add(DriverEvent.Operational event) {
    if (!events.offer(event) && Long.bitCount(++dropped) == 1) {
      log.warn(
          "{} GPU operational events were dropped: {} have not been processed yet", dropped, MOST);
    }
  }

  /** The oldest; for any thread. */
  DriverEvent.@Nullable Operational poll() {
    return events.poll();
  }
}
