package dev.acceld.dra.claim;

import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.time.Instant;
import java.util.List;

/**
 * One claim as it is prepared on this node.
 *
 * @param claim which
 * @param devices its devices, in the order of the allocation
 * @param pods the pods known to use it
 * @param preparedAt when it was prepared first
 */
public record PreparedClaim(
    ClaimRef claim, List<PreparedDevice> devices, List<PodRef> pods, Instant preparedAt) {

  /** Takes copies. */
  public PreparedClaim {
    devices = List.copyOf(devices);
    pods = List.copyOf(pods);
  }
}
