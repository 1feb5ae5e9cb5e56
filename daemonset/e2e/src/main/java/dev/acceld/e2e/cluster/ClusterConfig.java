package dev.acceld.e2e.cluster;

import dev.acceld.e2e.components.Versions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What kind of cluster.
 *
 * @param version of the control plane
 * @param kubeletVersion of the kubelet
 * @param gates feature gates that differ from the version's own choice, for all components
 * @param restartPeriod the kubelet's longest pause before it restarts a container that keeps
 *     failing, such as {@code 1s}; empty for the kubelet's own five minutes
 */
public record ClusterConfig(
    String version,
    String kubeletVersion,
    Map<String, Boolean> gates,
    Optional<String> restartPeriod) {

  /** Copies. */
  public ClusterConfig {
    gates = Map.copyOf(gates);
  }

  /** The newest Kubernetes, as it comes. */
  public static ClusterConfig newest() {
    return new ClusterConfig(Versions.KUBERNETES, Versions.KUBERNETES, Map.of(), Optional.empty());
  }

  /** What must have been built. */
  public Set<String> versions() {
    return Stream.of(version, kubeletVersion).collect(Collectors.toUnmodifiableSet());
  }

  /** As {@code --feature-gates} takes them; empty when there are none. */
  String gatesFlag() {
    return new TreeMap<>(gates)
        .entrySet().stream()
            .map(gate -> gate.getKey() + "=" + gate.getValue())
            .collect(Collectors.joining(","));
  }
}
