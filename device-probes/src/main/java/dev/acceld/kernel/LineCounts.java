package dev.acceld.kernel;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many records had which outcome. Any thread. */
final class LineCounts {
  private static final Logger log = LoggerFactory.getLogger(LineCounts.class);
  private static final long SAY_EVERY = TimeUnit.MINUTES.toNanos(1);

  private final Map<LineOutcome, LongAdder> counts = new EnumMap<>(LineOutcome.class);
  private long unsaid;
  private long saidAt = System.nanoTime() - SAY_EVERY;

  LineCounts() {
    for (LineOutcome outcome : LineOutcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  void add(LineOutcome outcome, long many) {
    LongAdder count = counts.get(outcome);
    if (count != null) {
      count.add(many);
    }
  }

  /** So many were overwritten; said once a minute at most. On one thread. */
  void lost(long many) {
    if (many == 0) {
      return;
    }
    add(LineOutcome.LOST, many);
    unsaid += many;
    long now = System.nanoTime();
    if (now - saidAt >= SAY_EVERY) {
      log.warn("the kernel overwrote {} records of its log before they were read", unsaid);
      unsaid = 0;
      saidAt = now;
    }
  }

  long of(LineOutcome outcome) {
    LongAdder count = counts.get(outcome);
    return count == null ? 0 : count.sum();
  }
}
