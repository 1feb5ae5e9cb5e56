package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.ClaimWishes;
import dev.acceld.dra.claim.Company;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.logs.ClaimLogs;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimCdiFiles;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.SharedDevices;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.probe.AccessRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The steps of a prepare that write something, all under the locks of the claim and its devices.
 *
 * <p>Order: the directory for logs, what claims share, the claim's CDI file, then its durable
 * record, then the answer. Whole devices need no change of hardware, so nothing has to be announced
 * in a record of its own beforehand, and a prepare costs one durable write instead of two. What a
 * crash leaves: before the record, a CDI file that no container refers to, because nothing was
 * answered, and the record's temporary file, which names the claim; the next prepare overwrites it,
 * unprepare and the janitor remove it. After the record, a prepared claim that is answered again. A
 * device is given away only by a record, and records are looked at under the device's lock: so
 * never to two.
 */
public final class ClaimWriter {
  private final ClaimRecordStore store;
  private final ClaimCdiFiles files;
  private final ClaimLogs logs;
  private final PreparedRecord prepared;
  private final CdiProblem problem;
  private final Podmates podmates;
  private final ClaimSteps steps;

  /** Writes nothing yet. */
  public ClaimWriter(
      ClaimRecordStore store,
      ClaimCdiFiles files,
      ClaimLogs logs,
      PreparedRecord prepared,
      CdiProblem problem,
      Podmates podmates,
      ClaimSteps steps) {
    this.store = store;
    this.files = files;
    this.logs = logs;
    this.prepared = prepared;
    this.problem = problem;
    this.podmates = podmates;
    this.steps = steps;
  }

  /**
   * Prepares the claim with devices that nobody else holds.
   *
   * @param earlier its record, of this allocation or another
   */
  PrepareOutcome.Prepared write(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      ClaimWishes wishes,
      Optional<ClaimRecord> earlier)
      throws ClaimRefusedException, IOException, InterruptedException {
    String uid = claim.ref().uid();
    boolean made = logs.make(claim.ref(), devices.stream().map(AllocatedDevice::device).toList());
    steps.reached(StepHook.Step.LOGS_MADE);
    try {
      return writeFiles(claim, devices, wishes, earlier);
    } catch (ClaimRefusedException | IOException | InterruptedException | RuntimeException e) {
      if (made) {
        logs.giveBack(uid);
      }
      throw e;
    }
  }

  private PrepareOutcome.Prepared writeFiles(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      ClaimWishes wishes,
      Optional<ClaimRecord> earlier)
      throws ClaimRefusedException, IOException, InterruptedException {
    ClaimRef ref = claim.ref();
    try (Stopwatch cdi = steps.ofPrepare(ref, Phase.CDI)) {
      ClaimCdi.Content content = content(claim, devices, wishes);
      try (SharedDevices.Use shared = files.shared().use(content.shared());
          ClaimRecordStore.Staged record =
              store.stage(prepared.of(claim, devices, wishes, content, earlier))) {
        Undo undo = new Undo(ref.uid(), record);
        steps.reached(StepHook.Step.SHARED_KEPT);
        try {
          shared.publish();
          steps.reached(StepHook.Step.SHARED_WRITTEN);
          files.write(ref.uid(), content.file());
        } catch (IOException e) {
          undo.discard(e); // the CDI file is as it was
          throw problem.of(files.name(ref.uid()), e);
        }
        cdi.done();
        steps.reached(StepHook.Step.CDI_WRITTEN);
        try (Stopwatch watch = steps.ofPrepare(ref, Phase.RECORD)) {
          record.commit();
          watch.ok();
        } catch (IOException e) {
          undo.run(e);
          throw e;
        }
      }
      steps.reached(StepHook.Step.RECORD_WRITTEN);
      return new PrepareOutcome.Prepared(content.answer());
    }
  }

  /** Leaves no half of a prepare behind; an earlier record and its CDI file stay as they were. */
  private final class Undo {
    private final String uid;
    private final ClaimRecordStore.Staged record;
    private final boolean recorded;
    private final Optional<byte[]> before;

    /** Remembers how it was; called before anything is written. */
    Undo(String uid, ClaimRecordStore.Staged record) {
      this.uid = uid;
      this.record = record;
      this.recorded = store.exists(uid); // a damaged record, too
      this.before = recorded ? files.read(uid) : Optional.empty();
    }

    void run(IOException cause) {
      try {
        if (before.isPresent()) {
          files.write(uid, before.get());
        } else {
          files.remove(uid);
        }
        if (!recorded) {
          store.remove(uid);
        }
        discard(cause); // last: it says that there may be a CDI file
      } catch (IOException e) {
        cause.addSuppressed(e); // the kubelet asks again, or has it unprepared
      }
    }

    void discard(IOException cause) {
      try {
        record.discard();
      } catch (IOException e) {
        cause.addSuppressed(e); // the sweeper removes it
      }
    }
  }

  private ClaimCdi.Content content(
      ResourceClaim claim, List<AllocatedDevice> devices, ClaimWishes wishes)
      throws ClaimRefusedException {
    ClaimRef ref = claim.ref();
    try {
      Company company = podmates.company(ref, claim.pods(), wishes.containers().stream().toList());
      return files.cdi().content(ref.uid(), devices, wishes.options(), company);
    } catch (IllegalArgumentException e) {
      throw new ClaimRefusedException("cannot generate the CDI file: " + e.getMessage(), e);
    } catch (AccessRefusedException e) {
      throw new ClaimRefusedException(String.valueOf(e.getMessage()), e);
    }
  }
}
