package dev.acceld.kernel.fault;

import dev.acceld.device.Device;
import dev.acceld.vendor.FaultCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells whether a fault was heard already from the other of two sources, the driver's events and
 * the kernel's log, which of them may come first. Each report of one source takes away one of the
 * other, so that three events and their three lines are three faults. Not safe for threads.
 */
public final class FaultEchoes {
  /** The driver writes the line and raises the event in one go; the event may wait for a second. */
  public static final Duration TOGETHER = Duration.ofSeconds(5);

  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final int MOST_EACH = 256;
  private static final int MOST_KEYS = 1024;

  /** Nothing was heard yet. */
  public FaultEchoes() {}

  private record Heard(Deque<Instant> driver, Deque<Instant> log) {}

  private final Map<String, Heard> heard =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Heard> eldest) {
          return size() > MOST_KEYS;
        }
      };

  /**
   * True when it is the echo of what the other source has reported; otherwise it is remembered.
   *
   * @param fromLog whether the kernel's log tells it
   */
  public boolean is(Device device, FaultCode code, Instant at, boolean fromLog) {
    String key =
        String.join(",", device.common().physical()) + " " + code.reason() + " " + code.value();
    Heard of = heard.computeIfAbsent(key, k -> new Heard(new ArrayDeque<>(), new ArrayDeque<>()));
    Deque<Instant> others = fromLog ? of.driver() : of.log();
    for (Iterator<Instant> each = others.iterator(); each.hasNext(); ) {
      Duration apart = Duration.between(each.next(), at);
      if (apart.abs().compareTo(TOGETHER) <= 0) {
        each.remove();
        return true;
      }
      if (apart.compareTo(KEPT) > 0) {
        each.remove();
      }
    }
    Deque<Instant> own = fromLog ? of.log() : of.driver();
    if (own.size() == MOST_EACH) {
      own.removeFirst();
    }
    own.addLast(at);
    return false;
  }

  /** Nothing was heard. */
  public void clear() {
    heard.clear();
  }
}
