package dev.acceld.dra.claim.prepare;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimFiles;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.claim.record.RecordedOptions;
import dev.acceld.dra.claim.record.SharedDevices;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.probe.AccessRefusedException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The steps of a prepare that write something, all under the locks of the claim and its devices.
 *
 * <p>Order: what claims share, the claim's CDI file, then its durable record, then the answer.
 * Whole devices need no change of hardware, so nothing has to be announced in a record of its own
 * beforehand, and a prepare costs one durable write instead of two. What a crash leaves: before the
 * record, a CDI file that no container refers to, because nothing was answered, and the record's
 * temporary file, which names the claim; the next prepare overwrites it, unprepare and the janitor
 * remove it. After the record, a prepared claim that is answered again. A device is given away only
 * by a record, and records are looked at under the device's lock: so never to two.
 */
public final class ClaimWriter {
  private final ClaimSettings settings;
  private final ClaimFiles files;
  private final CdiProblem problem;
  private final Podmates podmates;
  private final Supplier<String> bootId;
  private final Clock clock;

  /** Writes nothing yet. */
  public ClaimWriter(
      ClaimSettings settings,
      ClaimFiles files,
      CdiProblem problem,
      Podmates podmates,
      Supplier<String> bootId,
      Clock clock) {
    this.settings = settings;
    this.files = files;
    this.problem = problem;
    this.podmates = podmates;
    this.bootId = bootId;
    this.clock = clock;
  }

  /**
   * Prepares the claim with devices that nobody else holds.
   *
   * @param earlier its record, of this allocation or another
   */
  PrepareOutcome.Prepared write(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      Optional<ClaimRecord> earlier)
      throws ClaimRefusedException, IOException, InterruptedException {
    ClaimRef ref = claim.ref();
    try (Stopwatch cdi = watch(ref, Phase.CDI)) {
      ClaimCdi.Content content = content(claim, devices, options);
      try (SharedDevices.Use shared = files.shared().use(content.shared());
          ClaimRecordStore.Staged record =
              files.store().stage(record(claim, devices, options, content, earlier))) {
        Undo undo = Undo.remember(files, record, ref);
        files.hook().reached(StepHook.Step.SHARED_KEPT);
        try {
          shared.publish();
          files.hook().reached(StepHook.Step.SHARED_WRITTEN);
          files.cdiDir().write(undo.cdiFile(), content.file());
        } catch (IOException e) {
          undo.discard(e); // the CDI file is as it was
          throw problem.of(undo.cdiFile(), e);
        }
        cdi.done();
        files.hook().reached(StepHook.Step.CDI_WRITTEN);
        try (Stopwatch watch = watch(ref, Phase.RECORD)) {
          record.commit();
          watch.ok();
        } catch (IOException e) {
          undo.run(files, e);
          throw e;
        }
      }
      files.hook().reached(StepHook.Step.RECORD_WRITTEN);
      return new PrepareOutcome.Prepared(content.answer());
    }
  }

  /** Leaves no half of a prepare behind; an earlier record and its CDI file stay as they were. */
  private record Undo(
      ClaimRef claim,
      ClaimRecordStore.Staged record,
      String cdiFile,
      boolean recorded,
      Optional<byte[]> before) {

    static Undo remember(ClaimFiles files, ClaimRecordStore.Staged record, ClaimRef claim) {
      String cdiFile = files.cdi().fileName(claim.uid());
      boolean recorded = files.store().exists(claim.uid()); // a damaged record, too
      return new Undo(
          claim,
          record,
          cdiFile,
          recorded,
          recorded ? files.cdiDir().read(cdiFile) : Optional.empty());
    }

    void run(ClaimFiles files, IOException cause) {
      try {
        if (before.isPresent()) {
          files.cdiDir().write(cdiFile, before.get());
        } else {
          files.cdiDir().remove(cdiFile);
        }
        if (!recorded) {
          files.store().remove(claim.uid());
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
      ResourceClaim claim, List<AllocatedDevice> devices, Map<String, AccessOptions> options)
      throws ClaimRefusedException {
    try {
      return files
          .cdi()
          .content(
              claim.ref().uid(), devices, options, podmates.devices(claim.ref(), claim.pods()));
    } catch (IllegalArgumentException e) {
      throw new ClaimRefusedException("cannot generate the CDI file: " + e.getMessage(), e);
    } catch (AccessRefusedException e) {
      throw new ClaimRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private ClaimRecord record(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      ClaimCdi.Content content,
      Optional<ClaimRecord> before) {
    Optional<ClaimRecord> earlier =
        before.filter(
            r -> claim.allocation().filter(a -> r.isOf(settings.driverName(), a)).isPresent());
    List<RecordedDevice> recorded = new ArrayList<>(devices.size());
    for (int i = 0; i < devices.size(); i++) {
      AllocatedDevice a = devices.get(i);
      recorded.add(
          new RecordedDevice(
              content.answer().get(i),
              a.physical(),
              a.device().common().attributes(),
              a.device().common().capacities(),
              a.place(),
              a.partitionId()));
    }
    return new ClaimRecord(
        ClaimRecord.State.PREPARED,
        bootId.get(),
        claim.ref(),
        recorded,
        RecordedOptions.write(options),
        claim.pods(),
        earlier.map(ClaimRecord::preparedAt).orElseGet(clock::instant),
        CdiText.of(content.file()),
        earlier.flatMap(ClaimRecord::traceContext),
        earlier.map(ClaimRecord::use).orElse(Map.of()),
        files.tombstones().toNote(claim.ref().uid()));
  }

  private Stopwatch watch(ClaimRef ref, Phase phase) {
    return new Stopwatch(files.observer(), ref, Operation.PREPARE, phase);
  }
}
