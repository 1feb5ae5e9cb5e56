package dev.acceld.dra.claim.prepare;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.hardware.MadeHardware;
import dev.acceld.dra.claim.hardware.PartitionManager;
import dev.acceld.dra.claim.record.ClaimFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.RecordDamagedException;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares one claim. Nothing is locked while it waits, neither for the API server nor for another
 * claim to give a device back; what changes anything happens in one go under the locks of the claim
 * and of its devices ({@link ClaimWriter}).
 */
public final class Preparer {
  private static final Logger LOG = LoggerFactory.getLogger(Preparer.class);

  private final ClaimSettings settings;
  private final InFlightPrepares attempts;
  private final ClaimFetcher fetcher;
  private final AllocationReader allocations;
  private final DeviceConflicts holders;
  private final EarlierAllocation earlier;
  private final PartitionManager hardware;
  private final ClaimWriter writer;
  private final ClaimRenewer renewer;
  private final Podmates podmates;
  private final ClaimFiles files;
  private final TimedLocks locking;
  private final PodmateUpdates mates;

  /** Prepares nothing yet. */
  public Preparer(
      ClaimSettings settings,
      InFlightPrepares attempts,
      ClaimFetcher fetcher,
      AllocationReader allocations,
      DeviceConflicts holders,
      EarlierAllocation earlier,
      PartitionManager hardware,
      ClaimWriter writer,
      ClaimRenewer renewer,
      Podmates podmates,
      ClaimFiles files) {
    this.settings = settings;
    this.attempts = attempts;
    this.fetcher = fetcher;
    this.allocations = allocations;
    this.holders = holders;
    this.earlier = earlier;
    this.hardware = hardware;
    this.writer = writer;
    this.renewer = renewer;
    this.podmates = podmates;
    this.files = files;
    this.locking = new TimedLocks(files);
    this.mates = new PodmateUpdates(settings, fetcher, podmates, renewer, files, locking);
  }

  /**
   * Prepares a claim, or answers again for one that is prepared. Blocks until it is done, refused,
   * cancelled, or the budget of the call is spent; never throws.
   */
  public PrepareOutcome prepare(ClaimRef ref, CallScope call) {
    try (ClaimLog about = ClaimLog.about(ref)) {
      return prepare(ref, call, about);
    }
  }

  private PrepareOutcome prepare(ClaimRef ref, CallScope call, ClaimLog about) {
    Optional<String> mark = files.tombstones().mark(ref.uid());
    try (Stopwatch total = watch(ref, Phase.TOTAL);
        InFlightPrepares.Attempt attempt = attempts.begin(ref.uid(), call, mark)) {
      PrepareOutcome.Prepared done = steps(ref, attempt, about, after(settings.callBudget()));
      total.ok();
      LOG.info(
          "prepared claim {} (UID {}) in {} ms: {}",
          ref.path(),
          ref.uid(),
          total.elapsedMillis(),
          done.devices().isEmpty()
              ? "no device of this driver"
              : done.devices().stream()
                  .map(PreparedDevice::device)
                  .collect(Collectors.joining(", ")));
      return done;
    } catch (ClaimRefusedException e) {
      return failed(ref, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(
          ref,
          "the state directory "
              + settings.stateDir()
              + " cannot be used: "
              + ClaimFiles.describe(e)
              + "; make it writable for the agent, or set another with --state-dir");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(ref, "canceled: the agent is shutting down");
    } catch (RuntimeException e) {
      LOG.error("claim {} (UID {}): unexpected error", ref.path(), ref.uid(), e);
      return failed(ref, "internal error: " + ErrorText.of(e) + "; see the agent's log");
    }
  }

  private PrepareOutcome.Prepared steps(
      ClaimRef ref, InFlightPrepares.Attempt attempt, ClaimLog about, long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    if (!ClaimUid.safe(ref.uid())) {
      throw new ClaimRefusedException("'" + ref.uid() + "' cannot be the UID of a claim");
    }
    Optional<PrepareOutcome.Prepared> again = finished(ref, attempt, about, deadline);
    if (again.isPresent()) {
      return again.get();
    }
    ResourceClaim claim = fetch(ref, attempt, deadline);
    about.pods(claim.pods());
    Allocation allocation = claim.allocation().orElseThrow();
    List<Result> own = allocations.ownResults(allocation);
    if (own.isEmpty()) {
      return new PrepareOutcome.Prepared(List.of());
    }
    ResolvedConfig config = allocations.config(allocation, own);
    List<AllocatedDevice> devices = find(ref, own, attempt, deadline);
    earlier.checkUnused(claim);
    Map<String, AccessOptions> options = config.options(devices);
    mates.meet(claim, devices, options, attempt, deadline);
    PrepareOutcome.Prepared done = commit(claim, devices, options, attempt, deadline);
    mates.bringIntoLine(claim, deadline);
    return done;
  }

  /** The answer of a claim that is prepared already. */
  private Optional<PrepareOutcome.Prepared> finished(
      ClaimRef ref, InFlightPrepares.Attempt attempt, ClaimLog about, long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    if (!maybeFinished(ref, about)) {
      return Optional.empty();
    }
    Optional<ResourceClaim> now =
        files.asKnown(ref.uid()).isPresent() ? fetcher.look(ref) : Optional.empty();
    if (!current(ref, now)) {
      return Optional.empty();
    }
    Optional<PrepareOutcome.Prepared> again;
    boolean joined;
    try (ClaimLocks.Held held = locking.lock(ref, List.of(), deadline)) {
      checkUnderLock(ref, attempt);
      joined = now.isPresent() && podmates.add(ref, now.get().pods());
      again = answerAgain(ref, files.recordUnderLock(ref), Optional.empty());
    }
    if (joined && again.isPresent()) {
      mates.bringIntoLine(now.orElseThrow(), deadline);
    }
    return again;
  }

  private PrepareOutcome.Prepared commit(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      InFlightPrepares.Attempt attempt,
      long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    ClaimRef ref = claim.ref();
    Set<String> parts = new LinkedHashSet<>(hardware.parts(files.asKnown(ref.uid())));
    devices.forEach(d -> parts.addAll(d.physical()));
    List<String> physical = List.copyOf(parts);
    long patience = Math.min(deadline, after(settings.holderWait()));
    while (true) {
      try (ClaimLocks.Held held = locking.lock(ref, physical, deadline)) {
        checkUnderLock(ref, attempt);
        Optional<ClaimRecord> record = files.recordUnderLock(ref);
        Optional<PrepareOutcome.Prepared> again = answerAgain(ref, record, Optional.of(claim));
        if (again.isPresent()) {
          return again.get();
        }
        files.store().refresh();
        if (holders.of(ref, devices).isEmpty()) {
          files.unpreparing().clear(ref.uid());
          return prepareFree(claim, devices, options, record);
        }
      }
      try (Stopwatch wait = watch(ref, Phase.WAIT)) {
        holders.awaitFree(ref, devices, attempt, patience);
        wait.ok();
      }
    }
  }

  /** With devices that nobody else holds; the locks are held. */
  private PrepareOutcome.Prepared prepareFree(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      Optional<ClaimRecord> record)
      throws ClaimRefusedException, IOException, InterruptedException {
    MadeHardware made = hardware.make(claim, devices, options, record);
    try {
      return writer.write(claim, made.devices(), options, record);
    } catch (ClaimRefusedException | IOException | InterruptedException e) {
      made.takeBack(e);
      throw e;
    }
  }

  /** False when the API server says that the claim has other devices now, or none. */
  private boolean current(ClaimRef ref, Optional<ResourceClaim> now) {
    Optional<ClaimRecord> record = files.asKnown(ref.uid());
    return record.isEmpty()
        || now.filter(claim -> !earlier.isCurrent(record.get(), claim)).isEmpty();
  }

  private Optional<PrepareOutcome.Prepared> answerAgain(
      ClaimRef ref, Optional<ClaimRecord> record, Optional<ResourceClaim> now)
      throws ClaimRefusedException, IOException, InterruptedException {
    boolean current =
        now.isEmpty() || record.isEmpty() || earlier.isCurrent(record.get(), now.get());
    if (!current || !hardware.intact(record)) {
      return Optional.empty();
    }
    files.unpreparing().clear(ref.uid()); // a pod needs its files again
    return renewer.answerAgain(ref, record);
  }

  /** A look without a lock: true when there is a record, whatever its state. */
  private boolean maybeFinished(ClaimRef ref, ClaimLog about) throws IOException {
    try {
      Optional<ClaimRecord> record = files.store().read(ref.uid());
      record.ifPresent(r -> about.pods(r.pods()));
      return record.isPresent();
    } catch (RecordDamagedException e) {
      return true;
    }
  }

  /**
   * Nothing may be changed any more by a prepare that an unprepare has overtaken, here or there.
   */
  private void checkUnderLock(ClaimRef ref, InFlightPrepares.Attempt attempt)
      throws ClaimRefusedException {
    files.hook().reached(StepHook.Step.LOCKED);
    attempt.check();
    if (files.tombstones().setSince(ref.uid(), attempt.mark())) {
      throw new ClaimRefusedException(InFlightPrepares.OVERTAKEN);
    }
  }

  private ResourceClaim fetch(ClaimRef ref, InFlightPrepares.Attempt attempt, long deadline)
      throws ClaimRefusedException, InterruptedException {
    try (Stopwatch get = watch(ref, Phase.GET)) {
      ResourceClaim claim =
          fetcher.fetch(ref, attempt, Math.min(deadline, after(settings.apiBudget())));
      get.ok();
      return claim;
    }
  }

  private List<AllocatedDevice> find(
      ClaimRef ref, List<Result> own, InFlightPrepares.Attempt attempt, long deadline)
      throws ClaimRefusedException, InterruptedException {
    try (Stopwatch inventory = watch(ref, Phase.INVENTORY)) {
      List<AllocatedDevice> devices =
          allocations.devices(own, attempt, Math.min(deadline, after(settings.apiBudget())));
      inventory.ok();
      return devices;
    }
  }

  private Stopwatch watch(ClaimRef ref, Phase phase) {
    return new Stopwatch(files.observer(), ref, Operation.PREPARE, phase);
  }

  private static PrepareOutcome failed(ClaimRef ref, String message) {
    LOG.warn("claim {} (UID {}) was not prepared: {}", ref.path(), ref.uid(), message);
    return new PrepareOutcome.Failed(message);
  }

  private static long after(Duration time) {
    return System.nanoTime() + time.toNanos();
  }
}
