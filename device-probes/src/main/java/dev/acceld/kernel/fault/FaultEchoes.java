package dev.acceld.kernel.fault;

import dev.acceld.device.Device;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether a fault was heard already from another source: the driver's events, in up to two
 * forms, and the kernel's log, which of them may come first. Each source tells of an occurrence
 * once, so that three events and their three lines are three faults. Not safe for threads.
 */
public final class FaultEchoes {
  /** The driver writes the line and raises the event in one go; the event may wait for a second. */
  public static final Duration TOGETHER = Duration.ofSeconds(5);

  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final int MOST_EACH = 256;
  private static final int MOST_KEYS = 1024;

  /** Nothing was heard yet. */
  public FaultEchoes() {}

  /** One fault, and who has told of it. */
  private record Occurrence(Instant at, Set<FaultSource> sources) {}

  private final Map<String, Deque<Occurrence>> heard =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Occurrence>> eldest) {
          return size() > MOST_KEYS;
        }
      };

  /** True when it is the echo of what another source has reported; otherwise it is remembered. */
  public boolean is(Device device, FaultCode code, Instant at, FaultSource source) {
    String key =
        String.join(",", device.common().physical()) + " " + code.reason() + " " + code.value();
    Deque<Occurrence> all = heard.computeIfAbsent(key, k -> new ArrayDeque<>());
    for (Iterator<Occurrence> each = all.iterator(); each.hasNext(); ) {
      Occurrence one = each.next();
      Duration apart = Duration.between(one.at(), at);
      if (apart.abs().compareTo(TOGETHER) <= 0 && one.sources().add(source)) {
        return true;
      }
      if (apart.compareTo(KEPT) > 0) {
        each.remove();
      }
    }
    if (all.size() == MOST_EACH) {
      all.removeFirst();
    }
    all.addLast(new Occurrence(at, EnumSet.of(source)));
    return false;
  }

  /** Nothing was heard. */
  public void clear() {
    heard.clear();
  }
}
