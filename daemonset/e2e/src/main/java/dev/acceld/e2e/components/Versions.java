package dev.acceld.e2e.components;

import java.util.List;

/** What the clusters of the tests are made of. */
public final class Versions {
  /** The Kubernetes of the main suite. */
  public static final String KUBERNETES = "1.37.1";

  /** The oldest Kubernetes that acceld serves. */
  public static final String OLDEST_KUBERNETES = "1.34.4";

  /** Helm, for machines that have none. */
  public static final String HELM = "3.22.0";

  /** The controller of JobSets. */
  public static final String JOBSET = "0.12.0";

  /** The controller of LeaderWorkerSets. */
  public static final String LEADER_WORKER_SET = "0.8.0";

  /** The controller of queues. */
  public static final String KUEUE = "0.17.0";

  /** The OpenTelemetry collector, its builder and all that is built into it. */
  public static final String COLLECTOR = "0.161.0";

  /** Grafana's SDK, which reads dashboards strictly; go.mod beside {@code main.go} has it, too. */
  public static final String GRAFANA_SDK = "0.0.22";

  /** The Debian release everything else is from: containerd 2.x, runc, etcd, Prometheus 3.x. */
  public static final String DEBIAN = "forky";

  /** What of Kubernetes runs as a process. */
  public static final List<String> COMMANDS =
      List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet");

  private Versions() {}
}
