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
 */
public record NodeSnapshot(
    long order,
    List<DeviceSnapshot> devices,
    List<ProbeStatus> probes,
    Optional<List<PreparedClaim>> claims,
    ContainerUses containers,
    Map<String, Duration> readingsAges) {

  /** Nothing is known. */
  public static final NodeSnapshot EMPTY =
      new NodeSnapshot(0, List.of(), List.of(), Optional.empty(), ContainerUses.NONE, Map.of());
}
