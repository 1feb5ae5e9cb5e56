package dev.acceld.snapshot;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.host.HostProcess;
import dev.acceld.snapshot.ProcessSnapshot.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Joins processes with the claims of their pods, at one moment. By UIDs only: a name may be that of
 * another pod by now.
 */
final class ProcessOwners {
  private final boolean claimsKnown;
  private final Map<String, PodRef> pods = new HashMap<>(); // by UID
  private final Map<String, List<Use>> uses = new HashMap<>(); // by device

  private record Use(PreparedClaim claim, boolean admin) {
    boolean isOf(String podUid) {
      return claim.pods().stream().anyMatch(pod -> pod.uid().equals(podUid));
    }

    boolean isOfUnknownPods() {
      return claim.pods().isEmpty() || claim.pods().stream().anyMatch(pod -> pod.uid().isEmpty());
    }
  }

  /**
   * By those claims.
   *
   * @param claims empty when they could not be learned
   * @param devices those of the node
   */
  ProcessOwners(Optional<List<PreparedClaim>> claims, List<Device> devices) {
    claimsKnown = claims.isPresent();
    Map<String, List<String>> members = Holders.members(devices);
    for (PreparedClaim claim : claims.orElse(List.of())) {
      claim.pods().stream()
          .filter(pod -> !pod.uid().isEmpty())
          .forEach(pod -> pods.putIfAbsent(pod.uid(), pod));
      for (PreparedDevice device : claim.devices()) {
        Use use = new Use(claim, device.adminAccess());
        add(device.device(), use);
        members.getOrDefault(device.device(), List.of()).forEach(member -> add(member, use));
      }
    }
  }

  private void add(String device, Use use) {
    uses.computeIfAbsent(device, unused -> new ArrayList<>(1)).add(use);
  }

  /** Whose a process is that uses that device. */
  ProcessSnapshot of(DeviceName device, DeviceProcess process, @Nullable HostProcess host) {
    if (host == null) {
      return new ProcessSnapshot(
          process, Optional.empty(), Owner.UNKNOWN, Optional.empty(), Optional.empty());
    }
    Optional<String> uid = host.group().podUid();
    Optional<PodRef> pod = uid.map(pods::get);
    List<Use> all = uses.getOrDefault(device.value(), List.of());
    List<Use> own = all.stream().filter(use -> uid.filter(use::isOf).isPresent()).toList();
    Owner owner;
    if (!own.isEmpty()) {
      owner = Owner.CLAIM;
    } else if (host.group().host()) {
      owner = Owner.HOST;
    } else if (uid.isEmpty() || !claimsKnown || all.stream().anyMatch(Use::isOfUnknownPods)) {
      owner = Owner.UNKNOWN;
    } else {
      owner = Owner.POD;
    }
    return new ProcessSnapshot(process, Optional.of(host), owner, pod, sole(own));
  }

  /** The claim that holds the device; admin access counts where nothing else does. */
  private static Optional<ClaimRef> sole(List<Use> uses) {
    List<Use> holding = uses.stream().filter(use -> !use.admin).toList();
    List<ClaimRef> claims =
        (holding.isEmpty() ? uses : holding)
            .stream().map(use -> use.claim.claim()).distinct().toList();
    return claims.size() == 1 ? Optional.of(claims.getFirst()) : Optional.empty();
  }
}
