package dev.acceld.snapshot;

import dev.acceld.device.DeviceName;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.util.List;
import java.util.Map;

/**
 * Which containers use what, as the kubelet told it last; it may be some seconds old. Immutable.
 * What it does not know is not said: no container is no proof that none uses a claim.
 *
 * @param byClaim by the UID of a claim: the containers of each pod that refer to it, in the order
 *     of their names
 * @param plugins what device plugins gave to containers
 */
public record ContainerUses(Map<String, Map<PodRef, List<String>>> byClaim, List<Given> plugins) {
  /** Nothing is known. */
  public static final ContainerUses NONE = new ContainerUses(Map.of(), List.of());

  /** Takes copies. */
  public ContainerUses {
    byClaim = Map.copyOf(byClaim);
    plugins = List.copyOf(plugins);
  }

  /**
   * A device that a container has from a device plugin.
   *
   * @param device which of this node's devices
   * @param resource the extended resource, {@code nvidia.com/gpu}
   * @param pod the pod, without UID: the kubelet tells none
   * @param container its name
   */
  public record Given(DeviceName device, String resource, PodRef pod, String container) {}

  /** The containers of that very pod that refer to that very claim; none when not known. */
  public List<String> of(ClaimRef claim, PodRef pod) {
    Map<PodRef, List<String>> pods = byClaim.getOrDefault(claim.uid(), Map.of());
    List<String> exact = pods.get(pod);
    if (exact != null) {
      return exact;
    }
    return pods.entrySet().stream()
        .filter(e -> isSame(e.getKey(), pod))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElse(List.of());
  }

  /** Of the same name, and nobody says that they are two. */
  private static boolean isSame(PodRef one, PodRef other) {
    return one.path().equals(other.path())
        && (one.uid().isEmpty() || other.uid().isEmpty() || one.uid().equals(other.uid()));
  }

  /** Who has that device from a device plugin. */
  public List<Given> given(DeviceName device) {
    return plugins.stream().filter(given -> given.device().equals(device)).toList();
  }
}
