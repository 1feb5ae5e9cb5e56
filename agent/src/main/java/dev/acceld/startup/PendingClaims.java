package dev.acceld.startup;

import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.cluster.ClaimRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The claims that the kubelet has asked for and that are not prepared, with the time of its first
 * call for each. A claim leaves when it is prepared, when its unprepare begins, and {@link
 * #FORGOTTEN_AFTER} after the last call: then the kubelet has given up. At most {@link #MOST}
 * claims are kept; more are not noticed. Any thread.
 */
final class PendingClaims implements ClaimObserver {
  /**
   * Without a call for so long a claim is no longer waited for. The kubelet repeats a failed
   * prepare within two minutes.
   */
  static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

  static final int MOST = 1000;

  private final LongSupplier nanos;
  private final Map<String, Wait> waits = new HashMap<>(); // by claim; guarded by itself

  private static final class Wait {
    private final long first;
    private long last;

    private Wait(long now) {
      first = now;
      last = now;
    }
  }

  /**
   * None so far.
   *
   * @param nanos a clock that is not set, as {@link System#nanoTime}
   */
  PendingClaims(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public void began(ClaimRef claim, Operation operation, Phase phase) {
    if (phase != Phase.TOTAL) {
      return;
    }
    long now = nanos.getAsLong();
    synchronized (waits) {
      if (operation == Operation.UNPREPARE) {
        waits.remove(claim.uid());
        return;
      }
      forget(now);
      Wait known = waits.get(claim.uid());
      if (known != null) {
        known.last = now;
      } else if (waits.size() < MOST) {
        waits.put(claim.uid(), new Wait(now));
      }
    }
  }

  /** A claim that is prepared leaves by {@link #prepared}. */
  @Override
  public void ended(ClaimRef claim, Operation operation, Phase phase, long took, boolean ok) {
    if (operation != Operation.PREPARE || phase != Phase.TOTAL || ok) {
      return;
    }
    synchronized (waits) {
      Wait known = waits.get(claim.uid()); // null: it was unprepared meanwhile
      if (known != null) {
        known.last = nanos.getAsLong();
      }
    }
  }

  /**
   * A prepare of the claim has succeeded.
   *
   * @param took how long that prepare took, in nanoseconds
   * @return nanoseconds since the first call for the claim, failed or not; {@code took} at least
   */
  long prepared(String uid, long took) {
    synchronized (waits) {
      Wait known = waits.remove(uid);
      return known == null ? took : Math.max(took, nanos.getAsLong() - known.first);
    }
  }

  /** For how long the claim that has waited longest waits now; zero when none waits. */
  Duration oldest() {
    long now = nanos.getAsLong();
    synchronized (waits) {
      forget(now);
      long age = 0;
      for (Wait wait : waits.values()) {
        age = Math.max(age, now - wait.first);
      }
      return Duration.ofNanos(age);
    }
  }

  private void forget(long now) {
    waits.values().removeIf(wait -> now - wait.last > FORGOTTEN_AFTER.toNanos());
  }
}
