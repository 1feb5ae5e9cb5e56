package dev.acceld.dra.claim.prepare;

import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who has a device. The scheduler gives a device away as soon as the last pod object is gone, which
 * can be before the kubelet has had it unprepared; so a holder is waited for, without any lock.
 */
public final class DeviceConflicts {
  /** Another process tells nothing when it gives a device back; its records are looked at. */
  private static final long POLL_NANOS = 100_000_000;

  private final ClaimRecordStore store;
  private final Supplier<Inventory> inventory;
  private final FailedUnprepares givingBack;
  private final HolderProof proof;

  /** Looks at nothing yet. */
  public DeviceConflicts(
      ClaimRecordStore store,
      Supplier<Inventory> inventory,
      FailedUnprepares givingBack,
      HolderProof proof) {
    this.store = store;
    this.inventory = inventory;
    this.givingBack = givingBack;
    this.proof = proof;
  }

  /** Who has, or may have, a device. */
  sealed interface Holder {

    /**
     * A device, and the claim that has it.
     *
     * @param device which
     * @param record the holder
     */
    record Known(String device, ClaimRecord record) implements Holder {}

    /**
     * A claim of which nobody knows what it has.
     *
     * @param uid the claim's
     */
    record Unknown(String uid) implements Holder {}
  }

  /** Another claim that holds one of the devices, as far as the store has seen. */
  Optional<Holder> of(ClaimRef claim, List<AllocatedDevice> devices) {
    for (ClaimRecord other : store.all()) {
      if (!other.claim().uid().equals(claim.uid())) {
        for (RecordedDevice held : other.devices()) {
          for (AllocatedDevice wanted : devices) {
            if (held.exclusive()
                && !wanted.result().adminAccess()
                && (held.prepared().device().equals(wanted.result().device())
                    || overlap(held, wanted))) {
              return Optional.of(new Holder.Known(held.prepared().device(), other));
            }
          }
        }
      }
    }
    if (devices.stream().anyMatch(wanted -> !wanted.result().adminAccess())) {
      for (String uid : store.unknown()) {
        if (!uid.equals(claim.uid())) {
          return Optional.of(new Holder.Unknown(uid));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether both are of one thing that is offered as a whole and in parts, and cannot be in use at
   * once. Of what is held and not offered any more the record tells it. Two devices that are
   * offered, neither of them in parts, only share what belongs to neither, such as an IOMMU group.
   */
  private boolean overlap(RecordedDevice held, AllocatedDevice wanted) {
    Optional<Device> offered =
        inventory.get().devices().stream()
            .filter(d -> d.name().value().equals(held.prepared().device()))
            .filter(d -> d.common().offered())
            .findFirst();
    if (offered.isEmpty()) {
      return held.hold().excludes(wanted.device());
    }
    if (Collections.disjoint(held.physical(), wanted.physical())) {
      return false;
    }
    Optional<CounterUse> use = wanted.device().common().counters();
    Optional<CounterUse> heldUse = offered.flatMap(d -> d.common().counters());
    if (use.isEmpty()) {
      return heldUse.isPresent();
    }
    return heldUse.filter(use.get()::fitsBeside).isEmpty();
  }

  /**
   * Returns once nobody seems to hold the devices; only a look under their locks is certain.
   *
   * @param deadline in {@link System#nanoTime}
   */
  void awaitFree(
      ClaimRef claim,
      List<AllocatedDevice> devices,
      InFlightPrepares.Attempt attempt,
      long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    HolderProof.@Nullable Case gone = null;
    while (true) {
      long seen = store.version();
      store.refresh();
      Optional<Holder> holder = of(claim, devices);
      if (holder.isEmpty()) {
        return;
      }
      attempt.check();
      if (holder.get() instanceof Holder.Known known) {
        gone = gone != null && gone.isOf(known.record()) ? gone : proof.open(known.record());
        gone.look(deadline);
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new ClaimRefusedException(
            switch (holder.get()) {
              case Holder.Known known -> heldBy(known, gone != null && gone.seen());
              case Holder.Unknown unknown -> unknown(store.path(unknown.uid()), unknown.uid());
            });
      }
      store.awaitChange(seen, Math.min(left, POLL_NANOS));
    }
  }

  /** What is said of a claim of which nobody knows what it has. */
  public static String unknown(Path file, String uid) {
    return "the record of claim UID "
        + uid
        + " ("
        + file
        + ") and its second copy are damaged, so the devices of that claim are unknown, and no"
        + " device can be prepared for another claim. Delete the pod that uses that claim; if no"
        + " pod on this node does, move the file away";
  }

  /** Names a pod only as long as it has not been seen gone. */
  private String heldBy(Holder.Known holder, boolean gone) {
    ClaimRef other = holder.record().claim();
    String device =
        "device "
            + holder.device()
            + " is still prepared for claim "
            + other.path()
            + " (UID "
            + other.uid();
    Optional<String> trouble = givingBack.trouble(other.uid());
    if (trouble.isPresent()) {
      return device + "), which cannot be unprepared: " + trouble.get() + "; retrying";
    }
    if (gone) {
      return device
          + "), which is gone, as are its pods; its record is removed as soon as this has been"
          + " confirmed for long enough, and the prepare is retried";
    }
    String pods =
        holder.record().pods().stream().map(PodRef::path).collect(Collectors.joining(", "));
    return device
        + (pods.isEmpty() ? "" : ", prepared for pod " + pods)
        + ") and was not unprepared in time; retrying. If that claim's pod is gone, check why the"
        + " kubelet does not unprepare the claim (kubelet log)";
  }
}
