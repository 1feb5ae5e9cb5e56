package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.hardware.PartitionManager;
import dev.acceld.dra.claim.record.ClaimFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.RecordDamagedException;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one claim back: CDI file first, then what was made for it, record last, so that a crash in
 * between leaves the record by which it is done again. It needs neither the API server nor free
 * disk space, and a claim of which nothing is known is a success.
 */
public final class Unpreparer {
  private static final Logger LOG = LoggerFactory.getLogger(Unpreparer.class);

  private final ClaimSettings settings;
  private final InFlightPrepares attempts;
  private final PartitionManager hardware;
  private final ClaimFiles files;
  private final FailedUnprepares givingBack;

  /** Gives nothing back yet. */
  public Unpreparer(
      ClaimSettings settings,
      InFlightPrepares attempts,
      PartitionManager hardware,
      ClaimFiles files,
      FailedUnprepares givingBack) {
    this.settings = settings;
    this.attempts = attempts;
    this.hardware = hardware;
    this.files = files;
    this.givingBack = givingBack;
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
    try (Stopwatch total = watch(ref, Phase.TOTAL);
        ClaimLocks.Held held = lock(ref, parts, deadline)) {
      if (held == null) {
        return failed(
            ref,
            "another call or agent process is working on this claim and does not finish; check for"
                + " a second or hanging acceld on this node");
      }
      files.hook().reached(StepHook.Step.LOCKED);
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
      try {
        giveBack(ref, record);
      } catch (ControlFailedException | IOException | RuntimeException e) {
        files.unpreparing().set(ref.uid());
        throw e;
      }
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
              + ClaimFiles.describe(e)
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

  private void giveBack(ClaimRef ref, Optional<ClaimRecord> record)
      throws ControlFailedException, IOException {
    removeCdi(ref);
    files.hook().reached(StepHook.Step.CDI_REMOVED);
    boolean gone = true;
    if (record.isPresent()) {
      gone = hardware.unmake(record.get());
      files.hook().reached(StepHook.Step.HARDWARE_UNMADE);
    }
    files.store().copies().becomeTombstone(ref.uid());
    if (gone) {
      removeRecord(ref);
    } else {
      leaveOver(record.orElseThrow());
    }
    files.unpreparing().clear(ref.uid());
    files.hook().reached(StepHook.Step.RECORD_REMOVED);
  }

  /**
   * Without a lock: which parts will have to be locked. What is known without the disk is enough:
   * it is seen under the lock whether they are the right ones.
   */
  private Optional<ClaimRecord> peek(ClaimRef ref) {
    Optional<ClaimRecord> known = files.store().known(ref.uid());
    return known.isPresent() ? known : files.asKnown(ref.uid());
  }

  /**
   * A record that cannot be read, or be kept aside on a full disk, is given back by what its second
   * copy says.
   */
  private Optional<ClaimRecord> recordIfAny(ClaimRef ref) {
    try {
      return files.recordUnderLock(ref);
    } catch (IOException e) {
      LOG.warn(
          "record of claim {} (UID {}) cannot be read: {}",
          ref.path(),
          ref.uid(),
          ClaimFiles.describe(e));
      return files.asKnown(ref.uid());
    }
  }

  private void removeCdi(ClaimRef ref) throws IOException {
    try (Stopwatch watch = watch(ref, Phase.CDI)) {
      files.cdiDir().remove(files.cdi().fileName(ref.uid()));
      watch.ok();
    }
  }

  private void removeRecord(ClaimRef ref) throws IOException {
    try (Stopwatch watch = watch(ref, Phase.RECORD)) {
      files.store().remove(ref.uid());
      watch.ok();
    }
  }

  /**
   * Keeps what is known of the parts that could not be unmade. A sound record is moved, which needs
   * no space; what is known from the second copy is written.
   */
  private void leaveOver(ClaimRecord record) throws IOException {
    ClaimRef ref = record.claim();
    if (!sound(ref) || !files.store().moveTo(ref.uid(), files.leftovers().place(ref.uid()))) {
      files.leftovers().add(record);
      removeRecord(ref);
    }
  }

  private boolean sound(ClaimRef ref) {
    try {
      return files.store().read(ref.uid()).isPresent();
    } catch (IOException | RecordDamagedException e) {
      return false;
    }
  }

  private ClaimLocks.@Nullable Held lock(ClaimRef ref, List<String> parts, long deadline)
      throws IOException, InterruptedException {
    try (Stopwatch watch = watch(ref, Phase.LOCK)) {
      ClaimLocks.Held held = files.locks().acquire(ref.uid(), parts, deadline);
      if (held != null) {
        watch.ok();
      }
      return held;
    }
  }

  /** How long a lock is waited for as a rule. */
  public long afterCallBudget() {
    return System.nanoTime() + settings.callBudget().toNanos();
  }

  private Stopwatch watch(ClaimRef ref, Phase phase) {
    return new Stopwatch(files.observer(), ref, Operation.UNPREPARE, phase);
  }

  private static UnprepareOutcome failed(ClaimRef ref, String message) {
    LOG.warn("claim {} (UID {}) was not unprepared: {}", ref.path(), ref.uid(), message);
    return new UnprepareOutcome.Failed(message);
  }
}
