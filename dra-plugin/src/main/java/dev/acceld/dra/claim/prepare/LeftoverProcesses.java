package dev.acceld.dra.claim.prepare;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.DeviceUser;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Processes that still have a device open though no claim holds it any more: a claim is given back
 * as soon as its containers have ended, which a process of theirs may survive for seconds. They are
 * waited for, without any lock. Where processes cannot be seen, nobody is waited for. Thread-safe.
 */
public final class LeftoverProcesses {
  private static final long POLL_MILLIS = 250;
  private static final int MOST_NAMES = 1000;

  private final DeviceControl control;
  private final ClaimRecordStore store;
  private final ClaimPods pods;
  private final Map<String, String> podNames = new ConcurrentHashMap<>();

  /** Looks at nothing yet. */
  public LeftoverProcesses(DeviceControl control, ClaimRecordStore store, ClaimPods pods) {
    this.control = control;
    this.store = store;
    this.pods = pods;
  }

  /**
   * The devices that a claim gets for the first time. Those that its record names it has had ever
   * since, and nobody else: who has them open may be its own. A claim that was allocated anew has a
   * record of other devices.
   */
  static List<AllocatedDevice> fresh(List<AllocatedDevice> devices, Optional<ClaimRecord> record) {
    Set<String> had = new HashSet<>();
    record.ifPresent(r ->
        r.devices().stream()
            .filter(RecordedDevice::exclusive)
            .forEach(d -> had.add(d.prepared().device())));
    return devices.stream().filter(d -> !had.contains(d.result().device())).toList();
  }

  /** A process, and the device that it has open. */
  private record Leftover(DeviceName device, DeviceUser user) {}

  /** Pods that may use the devices: UIDs, and the paths of those whose UID is not known. */
  private record Entitled(Set<String> uids, Set<String> withoutUid) {
    void add(PodRef pod) {
      if (pod.uid().isEmpty()) {
        withoutUid.add(pod.path());
      } else {
        uids.add(pod.uid());
      }
    }
  }

  /** Whether nobody seems to use the devices who is not entitled to. */
  boolean areGone(ResourceClaim claim, List<AllocatedDevice> devices) {
    return find(claim, devices).isEmpty();
  }

  /**
   * Returns once nobody seems to use the devices.
   *
   * @param deadline in {@link System#nanoTime}
   * @throws ClaimRefusedException naming process and pod when it takes longer
   */
  void awaitGone(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      InFlightPrepares.Attempt attempt,
      long deadline)
      throws ClaimRefusedException, InterruptedException {
    while (true) {
      Optional<Leftover> leftover = find(claim, devices);
      if (leftover.isEmpty()) {
        return;
      }
      attempt.check();
      if (System.nanoTime() - deadline >= 0) {
        throw new ClaimRefusedException(heldBy(leftover.get()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private Optional<Leftover> find(ResourceClaim claim, List<AllocatedDevice> devices) {
    claim.pods().forEach(this::learn);
    List<Device> wanted =
        devices.stream()
            .filter(d -> !d.result().adminAccess() && control.tellsUsers(d.device()))
            .map(AllocatedDevice::device)
            .toList();
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    Map<DeviceName, List<DeviceUser>> users = control.users(wanted);
    if (users.isEmpty()) {
      return Optional.empty();
    }
    Entitled entitled = entitled(claim, wanted);
    for (Device device : wanted) {
      for (DeviceUser user : users.getOrDefault(device.name(), List.of())) {
        if (user.podUid().filter(uid -> isOf(entitled, uid)).isEmpty()) {
          return Optional.of(new Leftover(device.name(), user));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The pods of the claim as it is now, and those that use claims which have the devices too, such
   * as with admin access. An earlier record of this claim entitles nobody.
   */
  private Entitled entitled(ResourceClaim claim, List<Device> wanted) {
    Entitled all = new Entitled(new HashSet<>(), new HashSet<>());
    claim.pods().forEach(all::add);
    for (ClaimRecord record : store.all()) {
      List<PodRef> users = pods.of(record);
      record.pods().forEach(this::learn);
      users.forEach(this::learn);
      if (!record.claim().uid().equals(claim.ref().uid())
          && record.devices().stream().anyMatch(held -> shares(held, wanted))) {
        record.pods().forEach(all::add);
        users.forEach(all::add);
      }
    }
    return all;
  }

  /**
   * Whether a process of the pod with that UID may be of an entitled pod. The kubelet's list names
   * pods without their UIDs: one that is not known otherwise may be any pod that is not known.
   */
  private boolean isOf(Entitled entitled, String uid) {
    String path = podNames.get(uid);
    return entitled.uids.contains(uid)
        || (path == null ? !entitled.withoutUid.isEmpty() : entitled.withoutUid.contains(path));
  }

  private static boolean shares(RecordedDevice held, List<Device> wanted) {
    return wanted.stream()
        .anyMatch(device -> !Collections.disjoint(held.physical(), device.common().physical()));
  }

  private void learn(PodRef pod) {
    if (!pod.uid().isEmpty()) {
      if (podNames.size() >= MOST_NAMES) {
        podNames.clear(); // of pods of long ago
      }
      podNames.put(pod.uid(), pod.path());
    }
  }

  private String heldBy(Leftover leftover) {
    String of =
        leftover
            .user()
            .podUid()
            .map(uid ->
                Optional.ofNullable(podNames.get(uid))
                    .map(path -> " of pod " + path)
                    .orElse(" of the pod with UID " + uid))
            .orElse(", which belongs to no pod");
    return "device "
        + leftover.device()
        + " is still open in "
        + leftover.user().describe()
        + of
        + "; retrying. If the process does not end, kill it on the node";
  }
}
