package dev.acceld.dra.claim;

import dev.acceld.dra.cluster.PodRef;
import java.io.IOException;
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

  /** A claim by namespace and name; the kubelet tells no UID. */
  record ClaimKey(String namespace, String name) {}
}
