package dev.acceld.snapshot;

import dev.acceld.device.process.DeviceProcess;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.host.ControlGroup;
import dev.acceld.host.HostProcess;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A process that uses a device, and whose it is. Immutable.
 *
 * @param process as the device's driver tells of it
 * @param host which process that is; empty when it cannot be told for certain
 * @param owner what entitles it to the device
 * @param pod the pod that it is in, where its name is known
 * @param claim the claim by which it has the device; empty when there are several
 */
public record ProcessSnapshot(
    DeviceProcess process,
    Optional<HostProcess> host,
    Owner owner,
    Optional<PodRef> pod,
    Optional<ClaimRef> claim) {

  /** What entitles a process to a device. */
  public enum Owner {
    /** A prepared claim of its pod, which has the device. */
    CLAIM,
    /** It is in a pod that has no prepared claim with the device. */
    POD,
    /** It is in no pod: a service, a login and the like. */
    HOST,
    /** Nobody can tell. */
    UNKNOWN;

    /** As it is shown: {@code claim}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The container that it is in: the only one of its pod that refers to the claim, for no other has
   * the device by it. Empty when there are several, or it is not known.
   */
  public Optional<String> container(ContainerUses containers) {
    if (owner != Owner.CLAIM || claim.isEmpty() || pod.isEmpty()) {
      return Optional.empty();
    }
    List<String> all = containers.of(claim.get(), pod.get());
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  /** Its name; empty when it is not known. */
  public String command() {
    return host.map(HostProcess::command).orElse("");
  }

  /** The UID of its pod. */
  public Optional<String> podUid() {
    return host.map(HostProcess::group).flatMap(ControlGroup::podUid);
  }
}
