package dev.acceld.e2e.cli;

import dev.acceld.e2e.cluster.ClusterConfig;
import dev.acceld.e2e.components.Controller;
import dev.acceld.e2e.junit.Kinds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that say what kind of cluster. */
final class Kind {
  @Option(names = "--kubernetes", paramLabel = "VERSION", description = "Kubernetes' version")
  private String version = "";

  @Option(
      names = "--kubelet",
      paramLabel = "VERSION",
      description = "the kubelet's version, if it differs")
  private String kubelet = "";

  @Option(names = "--gates", split = ",", paramLabel = "NAME=BOOL", description = "feature gates")
  private List<String> gates = new ArrayList<>();

  @Option(
      names = "--restart-period",
      paramLabel = "DURATION",
      description = "longest pause before a failing container is restarted, such as 1s")
  private String restartPeriod = "";

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "number of nodes (default: ${DEFAULT-VALUE})")
  private int nodes = 1;

  @Option(
      names = "--controllers",
      split = ",",
      paramLabel = "NAME",
      converter = ControllerName.class,
      description = "controllers besides those of Kubernetes: jobset, lws")
  private List<Controller> controllers = new ArrayList<>();

  ClusterConfig config() {
    return Kinds.of(version, kubelet, gates, restartPeriod).with(nodes, new HashSet<>(controllers));
  }
}
