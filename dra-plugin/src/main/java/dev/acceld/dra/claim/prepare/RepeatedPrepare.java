package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.fetch.ClaimFetcher;
import dev.acceld.dra.claim.hardware.PartitionManager;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.claim.record.RecordDamagedException;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Answers for a claim that is prepared already, by its record; the kubelet may ask more than once.
 */
public final class RepeatedPrepare {
  private final ClaimFetcher fetcher;
  private final EarlierAllocation earlier;
  private final PartitionManager hardware;
  private final ClaimRenewer renewer;
  private final PodmateUpdates mates;
  private final ClaimRecords records;
  private final TimedLocks locking;
  private final ClaimSteps steps;

  /** Answers nothing yet. */
  public RepeatedPrepare(
      ClaimFetcher fetcher,
      EarlierAllocation earlier,
      PartitionManager hardware,
      ClaimRenewer renewer,
      PodmateUpdates mates,
      ClaimRecords records,
      TimedLocks locking,
      ClaimSteps steps) {
    this.fetcher = fetcher;
    this.earlier = earlier;
    this.hardware = hardware;
    this.renewer = renewer;
    this.mates = mates;
    this.records = records;
    this.locking = locking;
    this.steps = steps;
  }

  /**
   * The answer of a claim that is prepared already, and has not been allocated anew since as far as
   * the API server tells; empty for any other.
   */
  Optional<PrepareOutcome.Prepared> answer(
      ClaimRef ref, InFlightPrepares.Attempt attempt, ClaimLog about, long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    if (!maybeFinished(ref, about)) {
      return Optional.empty();
    }
    Optional<ResourceClaim> now =
        records.asKnown(ref.uid()).isPresent() ? fetcher.look(ref) : Optional.empty();
    if (!current(ref, now)) {
      return Optional.empty();
    }
    Optional<PrepareOutcome.Prepared> again;
    boolean joined;
    try (ClaimLocks.Held held = locking.lock(ref, List.of(), deadline)) {
      steps.reached(StepHook.Step.LOCKED);
      attempt.checkUnderLock();
      joined = now.isPresent() && mates.join(ref, now.get().pods());
      again = underLock(ref, records.recordUnderLock(ref), Optional.empty());
    }
    if (joined && again.isPresent()) {
      mates.bringIntoLine(now.orElseThrow(), deadline);
    }
    return again;
  }

  /**
   * The same under the claim's lock.
   *
   * @param now the claim as it is in the cluster, if its record is still to be compared with it
   */
  Optional<PrepareOutcome.Prepared> underLock(
      ClaimRef ref, Optional<ClaimRecord> record, Optional<ResourceClaim> now)
      throws ClaimRefusedException, IOException, InterruptedException {
    boolean current =
        now.isEmpty() || record.isEmpty() || earlier.isCurrent(record.get(), now.get());
    if (!current || !hardware.intact(record)) {
      return Optional.empty();
    }
    return renewer.answerAgain(ref, record);
  }

  /** False when the API server says that the claim has other devices now, or none. */
  private boolean current(ClaimRef ref, Optional<ResourceClaim> now) {
    Optional<ClaimRecord> record = records.asKnown(ref.uid());
    return record.isEmpty()
        || now.filter(claim -> !earlier.isCurrent(record.get(), claim)).isEmpty();
  }

  /** A look without a lock: true when there is a record, whatever its state. */
  private boolean maybeFinished(ClaimRef ref, ClaimLog about) throws IOException {
    try {
      Optional<ClaimRecord> record = records.store().read(ref.uid());
      record.ifPresent(r -> about.pods(r.pods()));
      return record.isPresent();
    } catch (RecordDamagedException e) {
      return true;
    }
  }
}
