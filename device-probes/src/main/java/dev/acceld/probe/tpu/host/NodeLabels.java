package dev.acceld.probe.tpu.host;

import dev.acceld.probe.ClusterView;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The labels of the Node, as GKE sets them on TPU node pools. */
public final class NodeLabels implements FactSource {
  private static final Map<String, Fact> LABELS =
      Map.of(
          "cloud.google.com/gke-tpu-accelerator", Fact.ACCELERATOR,
          "cloud.google.com/gke-tpu-topology", Fact.TOPOLOGY,
          "node.kubernetes.io/instance-type", Fact.MACHINE_TYPE);

  private final ClusterView cluster;

  /** Of the node in that cluster. */
  public NodeLabels(ClusterView cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "the node's labels";
  }

  @Override
  public Statement now() {
    Map<Fact, String> facts = new EnumMap<>(Fact.class);
    cluster
        .nodeLabels()
        .forEach((label, value) -> {
          Fact fact = LABELS.get(label);
          if (fact != null && !value.isBlank()) {
            facts.put(fact, value);
          }
        });
    return new Statement(facts, List.of());
  }
}
