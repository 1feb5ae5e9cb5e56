package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.hardware.PartitionManager;
import dev.acceld.dra.claim.logs.ClaimLogs;
import dev.acceld.dra.claim.record.ClaimCdiFiles;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.PendingTeardowns;
import dev.acceld.dra.claim.record.RecordDamagedException;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.probe.ControlFailedException;
import java.io.IOException;
import java.util.Optional;

/**
 * The steps of an unprepare that remove something, all under the locks of the claim and of what was
 * made for it. Order: CDI file first, then what was made for the claim, then its logs, record last,
 * so that a crash in between leaves the record by which it is done again.
 */
public final class ClaimRemover {
  private final PartitionManager hardware;
  private final ClaimRecordStore store;
  private final ClaimCdiFiles files;
  private final ClaimLogs logs;
  private final PendingTeardowns pending;
  private final ClaimSteps steps;

  /** Removes nothing yet. */
  public ClaimRemover(
      PartitionManager hardware,
      ClaimRecordStore store,
      ClaimCdiFiles files,
      ClaimLogs logs,
      PendingTeardowns pending,
      ClaimSteps steps) {
    this.hardware = hardware;
    this.store = store;
    this.files = files;
    this.logs = logs;
    this.pending = pending;
    this.steps = steps;
  }

  /**
   * Leaves nothing of a claim but what hardware that does not answer keeps. When it fails, nobody
   * needs the claim's CDI file any more, unless it is prepared again.
   *
   * @param record of the claim, if there is one
   */
  void remove(ClaimRef ref, Optional<ClaimRecord> record)
      throws ControlFailedException, IOException {
    try {
      removeAll(ref, record);
    } catch (ControlFailedException | IOException | RuntimeException e) {
      files.unpreparing().set(ref.uid());
      throw e;
    }
  }

  private void removeAll(ClaimRef ref, Optional<ClaimRecord> record)
      throws ControlFailedException, IOException {
    removeCdi(ref);
    steps.reached(StepHook.Step.CDI_REMOVED);
    boolean gone = true;
    if (record.isPresent()) {
      gone = hardware.unmake(record.get());
      steps.reached(StepHook.Step.HARDWARE_UNMADE);
    }
    logs.giveBack(ref.uid());
    steps.reached(StepHook.Step.LOGS_GIVEN_BACK);
    store.copies().becomeTombstone(ref.uid());
    if (gone) {
      removeRecord(ref);
    } else {
      leaveOver(record.orElseThrow());
    }
    files.unpreparing().clear(ref.uid());
    steps.reached(StepHook.Step.RECORD_REMOVED);
  }

  private void removeCdi(ClaimRef ref) throws IOException {
    try (Stopwatch watch = steps.ofUnprepare(ref, Phase.CDI)) {
      files.remove(ref.uid());
      watch.ok();
    }
  }

  private void removeRecord(ClaimRef ref) throws IOException {
    try (Stopwatch watch = steps.ofUnprepare(ref, Phase.RECORD)) {
      store.remove(ref.uid());
      watch.ok();
    }
  }

  /**
   * Keeps what is known of the parts that could not be unmade. A sound record is moved, which needs
   * no space; what is known from the second copy is written.
   */
  private void leaveOver(ClaimRecord record) throws IOException {
    ClaimRef ref = record.claim();
    if (!sound(ref) || !store.moveTo(ref.uid(), pending.place(ref.uid()))) {
      pending.add(record);
      removeRecord(ref);
    }
  }

  private boolean sound(ClaimRef ref) {
    try {
      return store.read(ref.uid()).isPresent();
    } catch (IOException | RecordDamagedException e) {
      return false;
    }
  }
}
