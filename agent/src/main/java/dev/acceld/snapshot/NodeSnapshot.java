package dev.acceld.snapshot;

import dev.acceld.device.ProbeStatus;
import dev.acceld.dra.claim.PreparedClaim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The node at one moment: every source asked once, joined once. Immutable.
 *
 * @param order a later snapshot has a higher number, and readings that are no older
 * @param devices in the order in which they are offered; of those that are made on demand the ones
 *     that somebody holds, and no groups of others ({@link dev.acceld.device.Device#group})
 * @param probes how the probes are doing
 * @param claims the prepared claims; empty when they could not be learned
 * @param containers which containers use claims and what device plugins gave to them
 * @param readingsAges how old the last sample of each probe is, by the probe's name
 * @param groups the names of the devices that a group consists of, by the group's name: of those
 *     groups that somebody has
 */
public record NodeSnapshot(
    long order,
    List<DeviceSnapshot> devices,
    List<ProbeStatus> probes,
    Optional<List<PreparedClaim>> claims,
    ContainerUses containers,
    Map<String, Duration> readingsAges,
    Map<String, List<String>> groups) {

  /** Nothing is known. */
  public static final NodeSnapshot EMPTY =
      new NodeSnapshot(0, List.of(), List.of(), Optional.empty(), ContainerUses.NONE, Map.of());

  /** Without groups. */
  public NodeSnapshot(
      long order,
      List<DeviceSnapshot> devices,
      List<ProbeStatus> probes,
      Optional<List<PreparedClaim>> claims,
      ContainerUses containers,
      Map<String, Duration> readingsAges) {
    this(order, devices, probes, claims, containers, readingsAges, Map.of());
  }

  /** The devices that a device consists of; empty for one that is no group. */
  public List<String> members(String device) {
    return groups.getOrDefault(device, List.of());
  }
}
