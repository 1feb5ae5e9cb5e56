package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the locks of a prepare or an unprepare, and tells how long that took. */
public final class TimedLocks {
  private final ClaimLocks locks;
  private final ClaimSteps steps;

  /** Takes none yet. */
  public TimedLocks(ClaimLocks locks, ClaimSteps steps) {
    this.locks = locks;
    this.steps = steps;
  }

  /**
   * The locks of a claim and of physical parts, for a prepare.
   *
   * @param deadline in {@link System#nanoTime}
   * @throws ClaimRefusedException when somebody else does not let go of them in time
   */
  ClaimLocks.Held lock(ClaimRef ref, List<String> physical, long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    try (Stopwatch lock = steps.ofPrepare(ref, Phase.LOCK)) {
      ClaimLocks.Held held = locks.acquire(ref.uid(), physical, deadline);
      if (held == null) {
        throw new ClaimRefusedException(
            "another call or agent process is working on this claim or its devices and does not"
                + " finish; check for a second or hanging acceld on this node");
      }
      lock.ok();
      return held;
    }
  }

  /**
   * The same for an unprepare.
   *
   * @param deadline in {@link System#nanoTime}
   * @return null when somebody else does not let go of them in time
   */
  ClaimLocks.@Nullable Held lockToUnprepare(ClaimRef ref, List<String> physical, long deadline)
      throws IOException, InterruptedException {
    try (Stopwatch lock = steps.ofUnprepare(ref, Phase.LOCK)) {
      ClaimLocks.Held held = locks.acquire(ref.uid(), physical, deadline);
      if (held != null) {
        lock.ok();
      }
      return held;
    }
  }
}
