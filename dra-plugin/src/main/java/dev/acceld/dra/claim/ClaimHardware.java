package dev.acceld.dra.claim;

import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.probe.ControlFailed;
import dev.acceld.probe.DeviceControl;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
 * it. What no record names is nobody's, and {@link #tidy} clears it away. All under the locks of
 * the claim and of the physical parts.
 */
final class ClaimHardware {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimHardware.class);

  private final DeviceControl control;
  private final ClaimFiles files;
  private final Supplier<Inventory> inventory;
  private final Supplier<String> bootId;
  private final Clock clock;

  ClaimHardware(
      DeviceControl control,
      ClaimFiles files,
      Supplier<Inventory> inventory,
      Supplier<String> bootId,
      Clock clock) {
    this.control = control;
    this.files = files;
    this.inventory = inventory;
    this.bootId = bootId;
    this.clock = clock;
  }

  /** The rest of a prepare, with devices that are there. */
  interface Rest {
    PrepareOutcome.Prepared write(List<AllocatedDevice> made) throws ClaimRefused, IOException;
  }

  /** Makes what has to be made and goes on; when anything fails, nothing is left of it. */
  PrepareOutcome.Prepared around(ResourceClaim claim, List<AllocatedDevice> devices, Rest rest)
      throws ClaimRefused, IOException {
    List<AllocatedDevice> toMake =
        devices.stream()
            .map(d -> new AllocatedDevice(d.result(), d.device(), control.recipe(d.device())))
            .toList();
    Optional<ClaimRecord> earlier = files.recordUnderLock(claim.ref());
    if (earlier.isPresent()) {
      undoOthers(earlier.get(), toMake);
    }
    boolean announced = toMake.stream().anyMatch(d -> d.recipe().isPresent());
    if (announced) {
      try (Stopwatch watch = watch(claim.ref(), Operation.PREPARE, Phase.RECORD)) {
        files.store().write(announcement(claim, toMake, earlier));
        watch.ok();
      }
      files.hook().reached(StepHook.Step.ANNOUNCED);
    }
    try {
      List<AllocatedDevice> made = make(claim.ref(), toMake);
      files.hook().reached(StepHook.Step.HARDWARE_MADE);
      return rest.write(made);
    } catch (ClaimRefused | IOException e) {
      if (announced) {
        takeBack(claim.ref(), toMake, e);
      }
      throw e;
    }
  }

  private List<AllocatedDevice> make(ClaimRef claim, List<AllocatedDevice> devices)
      throws ClaimRefused {
    if (devices.stream()
        .allMatch(d -> d.recipe().isEmpty() && d.device().common().counters().isEmpty())) {
      return devices; // the usual case
    }
    Set<String> held = held();
    List<AllocatedDevice> made = new ArrayList<>(devices.size());
    try (Stopwatch watch = watch(claim, Operation.PREPARE, Phase.HARDWARE)) {
      for (AllocatedDevice device : devices) {
        made.add(
            new AllocatedDevice(
                device.result(), control.make(device.device(), held), device.recipe()));
      }
      watch.ok();
    } catch (ControlFailed e) {
      throw new ClaimRefused(String.valueOf(e.getMessage()), e);
    }
    return made;
  }

  /** An allocation may have been replaced by another while its claim was half prepared. */
  private void undoOthers(ClaimRecord earlier, List<AllocatedDevice> wanted) throws ClaimRefused {
    Set<String> keep =
        wanted.stream().flatMap(d -> d.recipe().stream()).collect(Collectors.toSet());
    List<RecordedDevice> others =
        earlier.devices().stream()
            .filter(d -> d.recipe().filter(r -> !keep.contains(r)).isPresent())
            .toList();
    try {
      unmake(earlier, others);
    } catch (ControlFailed e) {
      throw new ClaimRefused(String.valueOf(e.getMessage()), e);
    }
  }

  private void takeBack(ClaimRef claim, List<AllocatedDevice> devices, Exception because) {
    try {
      for (AllocatedDevice device : devices) {
        if (device.recipe().isPresent() && !heldByAnother(claim, device.recipe().get())) {
          control.unmake(device.recipe().get());
        }
      }
      files.store().remove(claim.uid());
    } catch (ControlFailed | IOException e) {
      // The record stays, and with it the knowledge of what is to be undone.
      because.addSuppressed(e);
      LOG.warn("claim {} (UID {}): {}", claim.path(), claim.uid(), e.getMessage());
    }
  }

  /** The physical parts whose locks undoing a claim needs. */
  List<String> parts(Optional<ClaimRecord> record) {
    return record.stream()
        .flatMap(r -> r.devices().stream())
        .filter(d -> d.recipe().isPresent())
        .map(RecordedDevice::physical)
        .distinct()
        .toList();
  }

  /** Undoes what was made for a claim; what another claim holds too stays. */
  void unmake(ClaimRecord record) throws ControlFailed {
    unmake(record, record.devices());
  }

  private void unmake(ClaimRecord record, List<RecordedDevice> devices) throws ControlFailed {
    if (!record.bootId().equals(bootId.get())) {
      return; // nothing that was made outlives a boot
    }
    List<String> recipes = devices.stream().flatMap(d -> d.recipe().stream()).distinct().toList();
    if (recipes.isEmpty()) {
      return;
    }
    try (Stopwatch watch = watch(record.claim(), Operation.UNPREPARE, Phase.HARDWARE)) {
      for (String recipe : recipes) {
        if (!heldByAnother(record.claim(), recipe)) {
          control.unmake(recipe);
        }
      }
      watch.ok();
    }
  }

  /**
   * Whether what was made for a prepared claim is still there; a crash in the middle of an
   * unprepare leaves a finished record without it.
   */
  boolean intact(ClaimRef claim) throws IOException {
    Optional<ClaimRecord> record = files.recordUnderLock(claim);
    return record.isEmpty()
        || record.get().devices().stream()
            .allMatch(d -> d.recipe().filter(r -> !control.isMade(r)).isEmpty());
  }

  /**
   * Clears away what was made and nobody holds. Only when every claim of this node can be read: a
   * record that is lost or damaged is no proof that its pod is gone.
   */
  void tidy(ClaimLocks locks, long patienceNanos) throws IOException, InterruptedException {
    Map<String, Device> parts = new LinkedHashMap<>();
    Inventory now = inventory.get();
    for (Device device : now.devices()) {
      if (control.recipe(device).isPresent() && !now.missing().contains(device.name())) {
        parts.putIfAbsent(device.common().physical(), device);
      }
    }
    for (Map.Entry<String, Device> part : parts.entrySet()) {
      try (ClaimLocks.Held lock =
          locks.acquire("tidying", List.of(part.getKey()), System.nanoTime() + patienceNanos)) {
        if (lock == null) {
          continue; // somebody works on it
        }
        files.store().refresh();
        if (allAccountedFor()) {
          for (String sentence : control.tidy(part.getValue(), held())) {
            LOG.warn("device={}: {}", part.getKey(), sentence);
          }
        }
      }
    }
  }

  private boolean allAccountedFor() throws IOException {
    Set<String> readable =
        files.store().all().stream().map(r -> r.claim().uid()).collect(Collectors.toSet());
    if (!readable.containsAll(files.store().uids())) {
      return false;
    }
    for (String name : files.cdiDir().list(files.cdi().filePrefix())) {
      Optional<String> uid = files.cdi().uidOf(name);
      if (uid.isPresent() && !readable.contains(uid.get())) {
        return false;
      }
    }
    return true;
  }

  /**
   * What claims hold. One may hold by its name what was there before this agent made such things.
   */
  private Set<String> held() {
    Map<String, String> byName = new HashMap<>();
    for (Device device : inventory.get().devices()) {
      control.recipe(device).ifPresent(recipe -> byName.put(device.name().value(), recipe));
    }
    return files.store().all().stream()
        .filter(r -> r.bootId().equals(bootId.get()))
        .flatMap(r -> r.devices().stream())
        .flatMap(d ->
            d.recipe().or(() -> Optional.ofNullable(byName.get(d.prepared().device()))).stream())
        .collect(Collectors.toSet());
  }

  private boolean heldByAnother(ClaimRef claim, String recipe) {
    return files.store().all().stream()
        .filter(r -> !r.claim().uid().equals(claim.uid()))
        .flatMap(r -> r.devices().stream())
        .anyMatch(d -> d.recipe().filter(recipe::equals).isPresent());
  }

  private ClaimRecord announcement(
      ResourceClaim claim, List<AllocatedDevice> devices, Optional<ClaimRecord> earlier) {
    List<RecordedDevice> recorded =
        devices.stream()
            .map(d ->
                new RecordedDevice(
                    new PreparedDevice(
                        d.result().mainRequest(),
                        d.result().pool(),
                        d.result().device(),
                        d.result().shareId(),
                        d.result().adminAccess(),
                        List.of()),
                    d.physical(),
                    d.device().common().attributes(),
                    d.device().common().capacities(),
                    d.recipe()))
            .toList();
    return new ClaimRecord(
        ClaimRecord.State.PREPARING,
        bootId.get(),
        claim.ref(),
        recorded,
        List.of(),
        claim.pods(),
        earlier.map(ClaimRecord::preparedAt).orElseGet(clock::instant),
        CdiText.of(""),
        earlier.flatMap(ClaimRecord::traceContext),
        earlier.map(ClaimRecord::use).orElse(Map.of()));
  }

  private Stopwatch watch(ClaimRef claim, Operation operation, Phase phase) {
    return new Stopwatch(files.observer(), claim, operation, phase);
  }
}
