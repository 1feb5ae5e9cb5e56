package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.ClaimWishes;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.hardware.MadeHardware;
import dev.acceld.dra.claim.hardware.PartitionManager;
import dev.acceld.dra.claim.health.HandsOff;
import dev.acceld.dra.claim.health.LastLook;
import dev.acceld.dra.claim.health.SelfTests;
import dev.acceld.dra.claim.record.ClaimCdiFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a prepare changes, in one go under the locks of the claim and of its devices. No lock is
 * held while it waits for another claim to give a device back.
 */
public final class LockedPrepare {
  private final ClaimSettings settings;
  private final DeviceConflicts holders;
  private final HandsOff handsOff;
  private final LeftoverProcesses leftovers;
  private final LastLook lastLook;
  private final SelfTests selfTests;
  private final RepeatedPrepare repeated;
  private final PartitionManager hardware;
  private final ClaimWriter writer;
  private final ClaimRecords records;
  private final ClaimCdiFiles files;
  private final TimedLocks locking;
  private final ClaimSteps steps;

  /** Changes nothing yet. */
  public LockedPrepare(
      ClaimSettings settings,
      DeviceConflicts holders,
      HandsOff handsOff,
      LeftoverProcesses leftovers,
      LastLook lastLook,
      SelfTests selfTests,
      RepeatedPrepare repeated,
      PartitionManager hardware,
      ClaimWriter writer,
      ClaimRecords records,
      ClaimCdiFiles files,
      TimedLocks locking,
      ClaimSteps steps) {
    this.settings = settings;
    this.holders = holders;
    this.handsOff = handsOff;
    this.leftovers = leftovers;
    this.lastLook = lastLook;
    this.selfTests = selfTests;
    this.repeated = repeated;
    this.hardware = hardware;
    this.writer = writer;
    this.records = records;
    this.files = files;
    this.locking = locking;
    this.steps = steps;
  }

  /**
   * Prepares a claim as soon as nobody else holds or uses its devices, or answers again if it is
   * prepared by then.
   *
   * @param deadline for the locks, in {@link System#nanoTime}
   * @throws ClaimRefusedException also when another claim or a process holds a device for too long
   */
  PrepareOutcome.Prepared commit(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      ClaimWishes wishes,
      InFlightPrepares.Attempt attempt,
      long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    ClaimRef ref = claim.ref();
    Set<String> parts = new LinkedHashSet<>(hardware.parts(records.asKnown(ref.uid())));
    devices.forEach(d -> parts.addAll(d.physical()));
    if (files.cdi().dependsOnOthers(devices)) {
      // Of two claims of a pod that are prepared side by side the later one sees the other.
      claim.pods().forEach(pod -> parts.add("pod " + pod.uid()));
    }
    List<String> physical = List.copyOf(parts);
    long patience = Math.min(deadline, System.nanoTime() + settings.holderWait().toNanos());
    while (true) {
      List<AllocatedDevice> fresh;
      try (ClaimLocks.Held held = locking.lock(ref, physical, deadline)) {
        steps.reached(StepHook.Step.LOCKED);
        attempt.checkUnderLock();
        Optional<ClaimRecord> record = records.recordUnderLock(ref);
        Optional<PrepareOutcome.Prepared> again =
            repeated.underLock(ref, record, Optional.of(claim));
        if (again.isPresent()) {
          return again.get();
        }
        handsOff.check(devices);
        records.store().refresh();
        fresh = LeftoverProcesses.fresh(devices, record);
        if (holders.of(ref, devices).isEmpty() && leftovers.areGone(claim, fresh)) {
          lastLook.check(fresh);
          test(ref, fresh);
          files.unpreparing().clear(ref.uid());
          return prepareFree(claim, devices, wishes, record);
        }
      }
      try (Stopwatch wait = steps.ofPrepare(ref, Phase.WAIT)) {
        holders.awaitFree(ref, devices, attempt, patience);
        leftovers.awaitGone(claim, fresh, attempt, patience);
        wait.ok();
      }
    }
  }

  /** Before the first use. What a test has found is a fault like any other, and refused so. */
  private void test(ClaimRef ref, List<AllocatedDevice> fresh) throws ClaimRefusedException {
    List<AllocatedDevice> untested = selfTests.untested(fresh);
    if (untested.isEmpty()) {
      return;
    }
    try (Stopwatch test = steps.ofPrepare(ref, Phase.SELF_TEST)) {
      if (!selfTests.pass(untested)) {
        lastLook.check(fresh);
      }
      test.ok();
    }
  }

  /** With devices that nobody else holds; the locks are held. */
  private PrepareOutcome.Prepared prepareFree(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      ClaimWishes wishes,
      Optional<ClaimRecord> record)
      throws ClaimRefusedException, IOException, InterruptedException {
    MadeHardware made = hardware.make(claim, devices, wishes.options(), record);
    try {
      return writer.write(claim, made.devices(), wishes, record);
    } catch (ClaimRefusedException | IOException | InterruptedException e) {
      made.takeBack(e);
      throw e;
    }
  }
}
