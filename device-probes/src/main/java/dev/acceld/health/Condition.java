package dev.acceld.health;

import dev.acceld.faultstore.Onset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Something wrong that comes and goes. One that went more than {@link #CALM} times within {@link
 * #WINDOW} stays for {@link #HOLD} longer, so that a loose contact does not rewrite the slice with
 * every spark. Not safe for threads.
 */
final class Condition {
  static final int CALM = 3;
  static final Duration WINDOW = Duration.ofMinutes(5);
  static final Duration HOLD = Duration.ofSeconds(60);

  private final Deque<Long> ends = new ArrayDeque<>();
  private boolean raised;
  private boolean held;
  private long heldUntil;
  private final Supplier<String> boot;
  private Onset onset = new Onset(Instant.EPOCH, "");
  private String detail = "";

  /**
   * Not raised.
   *
   * @param boot the id of this boot, empty when the host does not say; asked when it is raised
   */
  Condition(Supplier<String> boot) {
    this.boot = boot;
  }

  /** It is so; time and detail of the first time stay while it lasts. */
  void raise(Instant at, String what, long nanos) {
    if (!active(nanos)) {
      begin(new Onset(at, boot.get()), what);
    }
    raised = true;
    held = false;
  }

  /** It is so since then, as another process saw it begin. */
  void resume(Onset began, long nanos) {
    if (!active(nanos)) {
      begin(began, "");
    }
    raised = true;
    held = false;
  }

  private void begin(Onset began, String what) {
    onset = began;
    detail = what;
  }

  /** More is known of what it is; its time stays. */
  void tell(String what) {
    detail = what;
  }

  /** It is over. */
  void clear(long nanos) {
    clear(nanos, Duration.ZERO);
  }

  /** It is over, and stays for that long. */
  void clear(long nanos, Duration hold) {
    if (!raised) {
      return;
    }
    raised = false;
    held = !hold.isZero();
    heldUntil = nanos + hold.toNanos();
    while (!ends.isEmpty() && nanos - ends.peekFirst() > WINDOW.toNanos()) {
      ends.removeFirst();
    }
    ends.addLast(nanos);
    if (ends.size() > CALM && hold.compareTo(HOLD) < 0) {
      held = true;
      heldUntil = nanos + HOLD.toNanos();
    }
  }

  /** Whether it is so at the moment. */
  boolean isRaised() {
    return raised;
  }

  /** Whether it is to be shown. */
  boolean active(long nanos) {
    return raised || (held && nanos - heldUntil < 0);
  }

  /** When it began; that of the last time when it is not so. */
  Onset onset() {
    return onset;
  }

  Instant since() {
    return onset.at();
  }

  String detail() {
    return detail;
  }
}
