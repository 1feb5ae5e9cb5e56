package dev.acceld.dra.claim;

import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.cluster.PodRef;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one container of this node has, by the kubelet's own account.
 *
 * @param pod its pod, without UID
 * @param container its name
 * @param claims the claims that it refers to; one that refers to a single request of a claim is not
 *     told apart
 * @param pluginDevices the IDs of the devices that device plugins gave it, by resource name
 */
public record ContainerUse(
    PodRef pod, String container, Set<ClaimKey> claims, Map<String, List<String>> pluginDevices) {

  /** Takes copies. */
  public ContainerUse {
    claims = Set.copyOf(claims);
    pluginDevices = Map.copyOf(pluginDevices);
  }
}
