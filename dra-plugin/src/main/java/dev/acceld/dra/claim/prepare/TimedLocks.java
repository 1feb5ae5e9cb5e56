package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.record.ClaimFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.util.List;

/** Takes the locks of a prepare, and tells how long that took. */
final class TimedLocks {
  private final ClaimFiles files;

  TimedLocks(ClaimFiles files) {
    this.files = files;
  }

  /**
   * The locks of a claim and of physical parts.
   *
   * @param deadline in {@link System#nanoTime}
   * @throws ClaimRefusedException when somebody else does not let go of them in time
   */
  ClaimLocks.Held lock(ClaimRef ref, List<String> physical, long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    try (Stopwatch lock = new Stopwatch(files.observer(), ref, Operation.PREPARE, Phase.LOCK)) {
      ClaimLocks.Held held = files.locks().acquire(ref.uid(), physical, deadline);
      if (held == null) {
        throw new ClaimRefusedException(
            "another call or agent process is working on this claim or its devices and does not"
                + " finish; check for a second or hanging acceld on this node");
      }
      lock.ok();
      return held;
    }
  }
}
