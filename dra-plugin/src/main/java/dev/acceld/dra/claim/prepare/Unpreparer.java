package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.hardware.PartitionManager;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one claim back ({@link ClaimRemover}). It needs neither the API server nor free disk space,
 * and a claim of which nothing is known is a success.
 */
public final class Unpreparer {
  private static final Logger LOG = LoggerFactory.getLogger(Unpreparer.class);

  private final ClaimSettings settings;
  private final InFlightPrepares attempts;
  private final PartitionManager hardware;
  private final ClaimRecords records;
  private final TimedLocks locking;
  private final ClaimRemover remover;
  private final FailedUnprepares givingBack;
  private final ClaimSteps steps;

  /** Gives nothing back yet. */
  public Unpreparer(
      ClaimSettings settings,
      InFlightPrepares attempts,
      PartitionManager hardware,
      ClaimRecords records,
      TimedLocks locking,
      ClaimRemover remover,
      FailedUnprepares givingBack,
      ClaimSteps steps) {
    this.settings = settings;
    this.attempts = attempts;
    this.hardware = hardware;
    this.records = records;
    this.locking = locking;
    this.remover = remover;
    this.givingBack = givingBack;
    this.steps = steps;
  }

  /**
   * Gives a claim back; one that is not known is given back already. Needs no API server; never
   * throws.
   */
  public UnprepareOutcome unprepare(ClaimRef ref, CallScope call) {
    try (ClaimLog about = ClaimLog.about(ref)) {
      return unprepare(ref, call, about);
    }
  }

  private UnprepareOutcome unprepare(ClaimRef ref, CallScope call, ClaimLog about) {
    if (!ClaimUid.safe(ref.uid())) {
      return new UnprepareOutcome.Done(); // was never accepted, so there is nothing of it
    }
    if (call.cancelled()) {
      return failed(ref, "canceled: the kubelet no longer waits for the answer");
    }
    attempts.overtake(ref.uid());
    return unprepare(ref, about, record -> true, () -> true, afterCallBudget());
  }

  /** Whether a claim is gone. */
  public interface Proof {
    /** False when it is in use; an error is no proof. */
    boolean holds() throws IOException, ClusterException;
  }

  /**
   * Gives a claim back that is proven gone, if that is still so once its lock is held: it may have
   * been allocated or prepared anew since.
   *
   * @param still asks again, under the lock of the claim
   * @param deadline until when the lock is waited for, in {@link System#nanoTime}
   */
  public UnprepareOutcome collect(ClaimRecord gone, Proof still, long deadline) {
    ClaimRef ref = gone.claim();
    try (ClaimLog about = ClaimLog.about(ref)) {
      return unprepare(
          ref, about, record -> record.devices().equals(gone.devices()), still, deadline);
    }
  }

  private UnprepareOutcome unprepare(
      ClaimRef ref, ClaimLog about, Predicate<ClaimRecord> expected, Proof still, long deadline) {
    List<String> parts = hardware.parts(peek(ref));
    try (Stopwatch total = steps.ofUnprepare(ref, Phase.TOTAL);
        ClaimLocks.Held held = locking.lockToUnprepare(ref, parts, deadline)) {
      if (held == null) {
        return failed(
            ref,
            "another call or agent process is working on this claim and does not finish; check for"
                + " a second or hanging acceld on this node");
      }
      steps.reached(StepHook.Step.LOCKED);
      Optional<ClaimRecord> record = recordIfAny(ref);
      record.ifPresent(r -> about.pods(r.pods()));
      if (record.isPresent() && !expected.test(record.get())) {
        return failed(ref, "it has been prepared again");
      }
      if (!still.holds()) {
        return failed(ref, "it is in use again");
      }
      if (!parts.containsAll(hardware.parts(record))) {
        return failed(ref, "it was being prepared; the next call unprepares it");
      }
      remover.remove(ref, record);
      givingBack.done(ref.uid());
      total.ok();
      if (record.isPresent()) {
        LOG.info(
            "unprepared claim {} (UID {}) in {} ms: {}",
            ref.path(),
            ref.uid(),
            total.elapsedMillis(),
            record.get().devices().stream()
                .map(d -> d.prepared().device())
                .collect(Collectors.joining(", ")));
      }
      return new UnprepareOutcome.Done();
    } catch (ClusterException e) {
      return failed(ref, "cannot determine whether it is in use: " + e.getMessage());
    } catch (ControlFailedException e) {
      return failed(ref, givingBack.failed(ref.uid(), e));
    } catch (IOException e) {
      return failed(
          ref,
          "its files cannot be removed: "
              + ErrorText.of(e)
              + "; make "
              + settings.cdiDir()
              + " and "
              + settings.stateDir()
              + " writable for the agent");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(ref, "canceled: the agent is shutting down");
    } catch (RuntimeException e) {
      LOG.error("claim {} (UID {}): unexpected error", ref.path(), ref.uid(), e);
      return failed(ref, "internal error: " + ErrorText.of(e) + "; see the agent's log");
    }
  }

  /**
   * Without a lock: which parts will have to be locked. What is known without the disk is enough:
   * it is seen under the lock whether they are the right ones.
   */
  private Optional<ClaimRecord> peek(ClaimRef ref) {
    Optional<ClaimRecord> known = records.store().known(ref.uid());
    return known.isPresent() ? known : records.asKnown(ref.uid());
  }

  /**
   * A record that cannot be read, or be kept aside on a full disk, is given back by what its second
   * copy says.
   */
  private Optional<ClaimRecord> recordIfAny(ClaimRef ref) {
    try {
      return records.recordUnderLock(ref);
    } catch (IOException e) {
      LOG.warn(
          "record of claim {} (UID {}) cannot be read: {}", ref.path(), ref.uid(), ErrorText.of(e));
      return records.asKnown(ref.uid());
    }
  }

  /** How long a lock is waited for as a rule. */
  public long afterCallBudget() {
    return System.nanoTime() + settings.callBudget().toNanos();
  }

  private static UnprepareOutcome failed(ClaimRef ref, String message) {
    LOG.warn("claim {} (UID {}) was not unprepared: {}", ref.path(), ref.uid(), message);
    return new UnprepareOutcome.Failed(message);
  }
}
