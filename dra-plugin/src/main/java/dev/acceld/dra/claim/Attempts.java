package dev.acceld.dra.claim;

import dev.acceld.dra.claim.ClaimService.CallScope;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The prepares that are under way. A prepare that is overtaken by an unprepare of the same claim is
 * stale from that moment on, however long it hangs in a read or a wait: it must not change anything
 * any more. Thread-safe.
 */
final class Attempts {
  /** Said of a stale prepare. */
  static final String OVERTAKEN =
      "given up: the claim was unprepared meanwhile; it is prepared when asked for again";

  private final Map<String, Set<Attempt>> underWay = new HashMap<>();

  /** One prepare of one claim. Close it when it is over. */
  final class Attempt implements AutoCloseable {
    private final String uid;
    private final CallScope call;
    private final Instant begun = Instant.now();
    private volatile boolean overtaken;

    private Attempt(String uid, CallScope call) {
      this.uid = uid;
      this.call = call;
    }

    /** By the wall clock, which other processes share. */
    Instant begun() {
      return begun;
    }

    /** Refuses to go on when the answer is not wanted any more. */
    void check() throws ClaimRefused {
      if (overtaken) {
        throw new ClaimRefused(OVERTAKEN);
      }
      if (call.cancelled()) {
        throw new ClaimRefused("given up: the kubelet no longer waits for the answer");
      }
    }

    @Override
    public void close() {
      end(this);
    }
  }

  synchronized Attempt begin(String uid, CallScope call) {
    Attempt attempt = new Attempt(uid, call);
    underWay.computeIfAbsent(uid, u -> new HashSet<>(2)).add(attempt);
    return attempt;
  }

  /** Makes every prepare of that claim which has begun until now a stale one. */
  synchronized void overtake(String uid) {
    for (Attempt attempt : underWay.getOrDefault(uid, Set.of())) {
      attempt.overtaken = true;
    }
  }

  private synchronized void end(Attempt attempt) {
    Set<Attempt> same = underWay.get(attempt.uid);
    if (same != null && same.remove(attempt) && same.isEmpty()) {
      underWay.remove(attempt.uid);
    }
  }
}
