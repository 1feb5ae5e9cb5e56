package dev.acceld.kernel;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets so many lines of a kind through: {@link #BURST} at once, then one a second of the log's own
 * time, so that a storm is one however late it is read. Not safe for threads.
 */
final class LineLimit {
  static final int BURST = 50;
  private static final double PER_MICRO = 1e-6;
  private static final int MOST_KINDS = 2048;

  private record Bucket(double left, long micros) {}

  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST_KINDS;
        }
      };

  /**
   * Whether one more may pass.
   *
   * @param kind what is limited by itself
   * @param micros when it was written
   */
  boolean passes(String kind, long micros) {
    Bucket before = buckets.getOrDefault(kind, new Bucket(BURST, micros));
    double left =
        Math.min(BURST, before.left() + Math.max(0, micros - before.micros()) * PER_MICRO);
    boolean passes = left >= 1;
    buckets.put(kind, new Bucket(passes ? left - 1 : left, Math.max(micros, before.micros())));
    return passes;
  }

  /** The kernel's clock begins anew. */
  void clear() {
    buckets.clear();
  }
}
