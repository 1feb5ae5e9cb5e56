package dev.acceld.dra.claim.hardware;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.hardware.MadeHardware.TakeBack;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.PendingTeardowns;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl.Made;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hardware that is made for a claim and unmade after. Order of a prepare: a durable record that
 * says what will be made, the hardware, then the CDI file and the finished record as for any claim.
 * So whatever a crash leaves is named by a record: the next prepare completes it, unprepare undoes
 * it. What no record of this state directory names is not ours to touch. All under the locks of the
 * claim and of the physical parts.
 */
public final class PartitionManager {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionManager.class);
  private static final Duration IN_VAIN = Duration.ofSeconds(1);

  private final BoundedControl control;
  private final ClaimRecordStore store;
  private final PendingTeardowns pending;
  private final UnusedPartitions leftovers;
  private final Announcement announcement;
  private final Supplier<String> bootId;
  private final ClaimSteps steps;

  /** Changes nothing yet. */
  public PartitionManager(
      BoundedControl control,
      ClaimRecordStore store,
      PendingTeardowns pending,
      UnusedPartitions leftovers,
      Announcement announcement,
      Supplier<String> bootId,
      ClaimSteps steps) {
    this.control = control;
    this.store = store;
    this.pending = pending;
    this.leftovers = leftovers;
    this.announcement = announcement;
    this.bootId = bootId;
    this.steps = steps;
  }

  /**
   * Makes what has to be made for a claim. When it fails, what this call made is unmade, and an
   * earlier record of the claim is as it was, byte for byte.
   *
   * @param options what the claim says, by request
   * @param record of the claim, if there is one
   */
  public MadeHardware make(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      Optional<ClaimRecord> record)
      throws ClaimRefusedException, IOException {
    List<AllocatedDevice> toMake =
        devices.stream()
            .map(d ->
                new AllocatedDevice(
                    d.result(),
                    d.device(),
                    control.place(d.device()),
                    control.partitionId(d.device())))
            .toList();
    ClaimRef ref = claim.ref();
    Optional<ClaimRecord> earlier = record.filter(this::ofThisBoot);
    Optional<byte[]> before = store.exists(ref.uid()) ? store.bytes(ref.uid()) : Optional.empty();
    Set<String> named = earlier.map(ClaimRecord::partitionIds).orElse(Set.of());
    Set<String> fresh = partitionIds(toMake);
    fresh.removeAll(named);
    leftovers.clear(
        toMake.stream().flatMap(d -> d.physical().stream()).collect(Collectors.toSet()));
    if (earlier.isPresent()) {
      undoOthers(earlier.get(), toMake);
    }
    Set<String> held = asTheyAre(toMake) ? Set.of() : leftovers.held(); // costs a look at all
    check(toMake, fresh, held);
    if (!fresh.isEmpty()) {
      try (Stopwatch watch = steps.ofPrepare(ref, Phase.RECORD)) {
        store.write(announcement.of(claim, toMake, earlier));
        watch.ok();
      }
      steps.reached(StepHook.Step.ANNOUNCED);
    }
    Set<String> begun = new LinkedHashSet<>();
    TakeBack undo =
        because -> {
          begun.retainAll(fresh);
          takeBack(ref, begun, before, because);
        };
    try {
      List<AllocatedDevice> made = make(ref, toMake, options, held, begun);
      steps.reached(StepHook.Step.HARDWARE_MADE);
      return new MadeHardware(made, undo);
    } catch (ClaimRefusedException e) {
      undo.run(e);
      throw e;
    }
  }

  /** Whether none of them is made for a claim, or offered in parts, too. */
  private static boolean asTheyAre(List<AllocatedDevice> devices) {
    return devices.stream()
        .allMatch(d -> d.partitionId().isEmpty() && d.device().common().counters().isEmpty());
  }

  static Set<String> partitionIds(List<AllocatedDevice> devices) {
    return devices.stream()
        .flatMap(d -> d.partitionId().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private boolean ofThisBoot(ClaimRecord record) {
    return record.ofBoot(bootId.get());
  }

  private void check(List<AllocatedDevice> devices, Set<String> fresh, Set<String> held)
      throws ClaimRefusedException {
    try {
      for (AllocatedDevice device : devices) {
        if (device.partitionId().filter(fresh::contains).isPresent()) {
          control.check(device.device(), held);
        }
      }
    } catch (ControlFailedException e) {
      throw new ClaimRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Makes the devices, one after the other.
   *
   * @param begun takes the partition IDs of which something may be there when it fails
   */
  private List<AllocatedDevice> make(
      ClaimRef claim,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      Set<String> held,
      Set<String> begun)
      throws ClaimRefusedException {
    if (asTheyAre(devices)) {
      return devices; // the usual case
    }
    List<AllocatedDevice> made = new ArrayList<>(devices.size());
    try (Stopwatch watch = steps.ofPrepare(claim, Phase.HARDWARE)) {
      for (AllocatedDevice device : devices) {
        made.add(
            new AllocatedDevice(
                device.result(),
                makeOne(device, options, held, begun),
                device.place(),
                device.partitionId()));
      }
      watch.ok();
    } catch (ControlFailedException e) {
      throw new ClaimRefusedException(String.valueOf(e.getMessage()), e);
    }
    return made;
  }

  private Device makeOne(
      AllocatedDevice device,
      Map<String, AccessOptions> options,
      Set<String> held,
      Set<String> begun)
      throws ControlFailedException {
    try {
      Device made =
          control.make(
              device.device(),
              options.getOrDefault(device.result().mainRequest(), AccessOptions.DEFAULT),
              held);
      device.partitionId().ifPresent(begun::add);
      return made;
    } catch (ControlFailedException e) {
      if (e.unfinished()) {
        device.partitionId().ifPresent(begun::add);
      }
      throw e;
    }
  }

  /** An allocation may have been replaced by another while its claim was half prepared. */
  private void undoOthers(ClaimRecord earlier, List<AllocatedDevice> wanted)
      throws ClaimRefusedException, IOException {
    Set<String> keep = partitionIds(wanted);
    List<RecordedDevice> others =
        earlier.devices().stream()
            .filter(d -> d.partitionId().filter(r -> !keep.contains(r)).isPresent())
            .toList();
    try {
      if (!unmake(earlier, others)) {
        pending.add(earlier.keeping(earlier.bootId(), others, CdiText.of("")));
      }
    } catch (ControlFailedException e) {
      throw new ClaimRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private void takeBack(
      ClaimRef claim, Set<String> begun, Optional<byte[]> before, Exception because) {
    try {
      boolean gone = true;
      for (String partitionId : begun) {
        gone &= heldByAnother(claim, partitionId) || control.unmake(partitionId);
      }
      if (!gone) {
        return; // the announcement stays, and with it the knowledge of what is to be undone
      }
      if (before.isPresent()) {
        store.restore(claim.uid(), before.get());
      } else if (store.exists(claim.uid())) {
        store.remove(claim.uid());
      }
    } catch (ControlFailedException | IOException e) {
      because.addSuppressed(e); // the same
      LOG.warn("claim {} (UID {}): {}", claim.path(), claim.uid(), e.getMessage());
    }
  }

  /** The physical parts whose locks undoing a claim needs. */
  public List<String> parts(Optional<ClaimRecord> record) {
    return record.stream()
        .flatMap(r -> r.devices().stream())
        .filter(d -> d.partitionId().isPresent())
        .flatMap(device -> device.physical().stream())
        .distinct()
        .toList();
  }

  /**
   * Undoes what was made for a claim; what another claim holds too stays.
   *
   * @return false when some of it may still be there because the hardware does not answer
   */
  public boolean unmake(ClaimRecord record) throws ControlFailedException {
    return unmake(record, record.devices());
  }

  private boolean unmake(ClaimRecord record, List<RecordedDevice> devices)
      throws ControlFailedException {
    if (!ofThisBoot(record)) {
      return true; // nothing that was made outlives a boot
    }
    devices.forEach(control::known);
    List<String> partitionIds =
        devices.stream().flatMap(d -> d.partitionId().stream()).distinct().toList();
    if (partitionIds.isEmpty()) {
      return true;
    }
    boolean gone = true;
    try (Stopwatch watch = steps.ofUnprepare(record.claim(), Phase.HARDWARE)) {
      for (String partitionId : partitionIds) {
        gone &= heldByAnother(record.claim(), partitionId) || control.unmake(partitionId);
      }
      watch.ok();
    }
    return gone;
  }

  /**
   * Whether what was made for a prepared claim is still there; a crash in the middle of an
   * unprepare leaves a finished record without it. Hardware that does not answer is no such sign,
   * and once some of it was waited for in vain, the rest is not asked: the kubelet waits.
   */
  public boolean intact(Optional<ClaimRecord> record) {
    if (record.isEmpty()) {
      return true;
    }
    record.get().devices().forEach(control::known);
    for (String partitionId : record.get().partitionIds()) {
      long asked = System.nanoTime();
      Made made = control.isMade(partitionId);
      if (made == Made.NO) {
        return false;
      }
      if (made == Made.UNKNOWN && System.nanoTime() - asked > IN_VAIN.toNanos()) {
        return true;
      }
    }
    return true;
  }

  private boolean heldByAnother(ClaimRef claim, String partitionId) {
    return leftovers.held(r -> !r.claim().uid().equals(claim.uid())).contains(partitionId);
  }
}
