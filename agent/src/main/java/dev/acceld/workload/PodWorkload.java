package dev.acceld.workload;

import dev.acceld.dra.cluster.PodRef;
import java.util.Map;

/**
 * To which workload a pod belongs.
 *
 * @param pod which
 * @param ownerKind the kind of its controller; empty when it has none
 * @param ownerName the controller's name
 * @param labels those of its labels that were asked for and that it has
 */
public record PodWorkload(
    PodRef pod, String ownerKind, String ownerName, Map<String, String> labels) {

  /** Takes a copy. */
  public PodWorkload {
    labels = Map.copyOf(labels);
  }
}
