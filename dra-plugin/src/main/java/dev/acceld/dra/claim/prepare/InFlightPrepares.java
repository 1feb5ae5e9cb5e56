package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.record.Tombstones;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The prepares that are under way. A prepare that is overtaken by an unprepare of the same claim is
 * stale from that moment on, however long it hangs in a read or a wait: it must not change anything
 * any more. Thread-safe.
 */
public final class InFlightPrepares {
  /** What is older changes nothing any more: nobody keeps for longer what has overtaken it. */
  public static final Duration OLDEST = Duration.ofMinutes(5);

  /** Said of a stale prepare. */
  static final String OVERTAKEN =
      "canceled: the claim was unprepared meanwhile; the next call prepares it";

  private final Tombstones tombstones;
  private final Map<String, Set<Attempt>> underWay = new HashMap<>();

  /**
   * None so far.
   *
   * @param tombstones tell of unprepares of the other process
   */
  public InFlightPrepares(Tombstones tombstones) {
    this.tombstones = tombstones;
  }

  /** One prepare of one claim. Close it when it is over. */
  final class Attempt implements AutoCloseable {
    private final String uid;
    private final CallScope call;
    private final Optional<String> mark;
    private final long begun = System.nanoTime();
    private volatile boolean overtaken;

    private Attempt(String uid, CallScope call, Optional<String> mark) {
      this.uid = uid;
      this.call = call;
      this.mark = mark;
    }

    /** Refuses to go on when the answer is not wanted any more. */
    void check() throws ClaimRefusedException {
      if (overtaken) {
        throw new ClaimRefusedException(OVERTAKEN);
      }
      if (System.nanoTime() - begun > OLDEST.toNanos()) {
        throw new ClaimRefusedException("canceled: the kubelet's request is too old");
      }
      if (call.cancelled()) {
        throw new ClaimRefusedException("canceled: the kubelet no longer waits for the answer");
      }
    }

    /**
     * Refuses also when the other process has unprepared the claim since this prepare began; under
     * the claim's lock, before anything is changed.
     */
    void checkUnderLock() throws ClaimRefusedException {
      check();
      if (tombstones.setSince(uid, mark)) {
        throw new ClaimRefusedException(OVERTAKEN);
      }
    }

    @Override
    public void close() {
      end(this);
    }
  }

  /** A prepare begins. */
  Attempt begin(String uid, CallScope call) {
    Attempt attempt = new Attempt(uid, call, tombstones.mark(uid)); // reads a file: no lock is held
    add(attempt);
    return attempt;
  }

  private synchronized void add(Attempt attempt) {
    underWay.computeIfAbsent(attempt.uid, u -> new HashSet<>(2)).add(attempt);
  }

  /** Makes every prepare of that claim which has begun until now a stale one. */
  synchronized void overtake(String uid) {
    for (Attempt attempt : underWay.getOrDefault(uid, Set.of())) {
      attempt.overtaken = true;
    }
  }

  /** Whether other claims of the same call are being prepared: those of one pod. */
  @SuppressWarnings("ReferenceEquality") // the very call
  synchronized boolean besides(Attempt attempt) {
    return underWay.values().stream()
        .flatMap(Set::stream)
        .anyMatch(other -> other.call == attempt.call && !other.uid.equals(attempt.uid));
  }

  private synchronized void end(Attempt attempt) {
    Set<Attempt> same = underWay.get(attempt.uid);
    if (same != null && same.remove(attempt) && same.isEmpty()) {
      underWay.remove(attempt.uid);
    }
  }
}
