package dev.acceld.e2e.cluster;

import dev.acceld.e2e.components.Controller;
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
 * @param nodes how many; the first has the control plane as well
 * @param controllers besides Kubernetes' own
 */
public record ClusterConfig(
    String version,
    String kubeletVersion,
    Map<String, Boolean> gates,
    Optional<String> restartPeriod,
    int nodes,
    Set<Controller> controllers) {
  private static final int MOST_NODES = 16;

  /** Copies. */
  public ClusterConfig {
    gates = Map.copyOf(gates);
    controllers = Set.copyOf(controllers);
    if (nodes < 1 || nodes > MOST_NODES) {
      throw new IllegalArgumentException(
          "a cluster has 1 to " + MOST_NODES + " nodes, not " + nodes);
    }
  }

  /** The newest Kubernetes, as it comes. */
  public static ClusterConfig newest() {
    return new ClusterConfig(
        Versions.KUBERNETES, Versions.KUBERNETES, Map.of(), Optional.empty(), 1, Set.of());
  }

  /** The same with that many nodes and those controllers. */
  public ClusterConfig with(int number, Set<Controller> more) {
    return new ClusterConfig(version, kubeletVersion, gates, restartPeriod, number, more);
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
