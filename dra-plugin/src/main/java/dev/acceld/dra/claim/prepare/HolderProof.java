package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.cluster.ClusterException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks, for a prepare that waits, whether the holder of its device is gone, and cleans up behind it
 * once it has been seen gone for a while: long enough for a kubelet that knows of the claim to have
 * it unprepared itself. The same evidence as the janitor's, and in addition that no process of its
 * pods is left: the containers of a pod that was deleted by force may still run. Where processes
 * cannot be seen, the janitor does it, later.
 */
public final class HolderProof {
  private static final Logger LOG = LoggerFactory.getLogger(HolderProof.class);
  private static final Duration ASK_EVERY = Duration.ofSeconds(1);

  private final Optional<OrphanEvidence> evidence;
  private final ClaimPods pods;
  private final Unpreparer unpreparer;
  private final Supplier<Optional<Set<String>>> podsWithProcesses;
  private final long proofNanos;
  private final long neededNanos;

  /**
   * Looks at nothing yet.
   *
   * @param evidence empty without a cluster; then no holder is ever proven gone
   * @param podsWithProcesses empty where processes cannot be seen
   */
  public HolderProof(
      Optional<OrphanEvidence> evidence,
      ClaimPods pods,
      Unpreparer unpreparer,
      Supplier<Optional<Set<String>>> podsWithProcesses,
      ClaimSettings settings) {
    this.evidence = evidence;
    this.pods = pods;
    this.unpreparer = unpreparer;
    this.podsWithProcesses = podsWithProcesses;
    this.proofNanos = settings.holderProof().toNanos();
    this.neededNanos = settings.holderProofNeeds().toNanos();
  }

  /** What one waiting prepare has seen of one holder. */
  final class Case {
    private final ClaimRecord holder;
    private long goneSince = -1;
    private long asked = System.nanoTime();

    private Case(ClaimRecord holder) {
      this.holder = holder;
    }

    boolean isOf(ClaimRecord other) {
      return holder.claim().equals(other.claim()) && holder.devices().equals(other.devices());
    }

    /** Whether it was seen gone when it was looked at last. */
    boolean seen() {
      return goneSince >= 0;
    }

    /**
     * To be called again and again; asks only now and then, not at once, and not when so little
     * time is left that the call would not be answered before its deadline.
     *
     * @param deadline of the prepare that waits, in {@link System#nanoTime}
     */
    void look(long deadline) {
      long now = System.nanoTime();
      if (evidence.isEmpty()
          || now - asked < Math.min(ASK_EVERY.toNanos(), proofNanos / 4)
          || deadline - now < neededNanos) {
        return;
      }
      try {
        if (!unused(evidence.get())) {
          goneSince = -1;
        } else if (goneSince < 0) {
          goneSince = now;
        } else if (now - goneSince >= proofNanos && ended()) {
          collect(evidence.get(), deadline);
        }
      } catch (IOException | ClusterException e) {
        goneSince = -1;
      } finally {
        asked = System.nanoTime();
      }
    }

    private boolean unused(OrphanEvidence evidence) throws IOException, ClusterException {
      return evidence.unused(pods.known(holder), evidence.listed());
    }

    /** Whether no process of a pod of the holder is left, as far as that can be seen. */
    private boolean ended() {
      return podsWithProcesses
          .get()
          .filter(running ->
              pods.known(holder).pods().stream()
                  .noneMatch(pod -> pod.uid().isEmpty() || running.contains(pod.uid())))
          .isPresent();
    }

    private void collect(OrphanEvidence evidence, long deadline) {
      switch (unpreparer.collect(holder, () -> unused(evidence) && ended(), deadline)) {
        case UnprepareOutcome.Done d ->
            LOG.warn(
                "claim {} (UID {}) is gone or has other devices now, and no pod of this node uses"
                    + " it; its record was cleaned up for a waiting claim",
                holder.claim().path(),
                holder.claim().uid());
        case UnprepareOutcome.Failed f -> {} // it is logged, and said by whoever waits
      }
    }
  }

  /** Begins to look at a holder. */
  Case open(ClaimRecord holder) {
    return new Case(holder);
  }
}
