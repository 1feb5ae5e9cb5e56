package dev.acceld.dra.claim;

import dev.acceld.dra.cluster.PodRef;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which pods of this node use which claims, by the kubelet's own account. */
@FunctionalInterface
public interface PodHolders {

  /**
   * Asks the kubelet now; blocks for a few seconds at most.
   *
   * @return the active pods (without UID) by claim
   * @throws IOException when the kubelet does not answer: then nothing is known
   */
  Map<ClaimKey, Set<PodRef>> byClaim() throws IOException;

  /** The pods of each claim, when it is known what their containers have. */
  static Map<ClaimKey, Set<PodRef>> byClaim(List<ContainerUse> containers) {
    Map<ClaimKey, Set<PodRef>> pods = new HashMap<>();
    for (ContainerUse container : containers) {
      for (ClaimKey claim : container.claims()) {
        pods.computeIfAbsent(claim, key -> new LinkedHashSet<>()).add(container.pod());
      }
    }
    return pods;
  }

  /** A claim by namespace and name; the kubelet tells no UID. */
  record ClaimKey(String namespace, String name) {}
}
