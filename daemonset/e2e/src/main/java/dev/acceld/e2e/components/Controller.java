package dev.acceld.e2e.components;

import java.util.Optional;

/** Controllers that Kubernetes does not have itself, and users of accelerators do. */
public enum Controller {
  /** Groups of Jobs that restart together. */
  JOBSET("jobset", "sigs.k8s.io/jobset", Versions.JOBSET, ".", "config/components", 9443, 8081),

  /** Groups of a leader and workers that restart together. */
  LEADER_WORKER_SET(
      "lws", "sigs.k8s.io/lws", Versions.LEADER_WORKER_SET, "./cmd", "config", 9444, 8082),

  /** Queues and quotas, here of Jobs only. */
  KUEUE(
      "kueue", "sigs.k8s.io/kueue", Versions.KUEUE, "./cmd/kueue", "config/components", 9445, 8083);

  private final String id;
  private final String module;
  private final String version;
  private final String command;
  private final String manifests;
  private final int webhookPort;
  private final int healthPort;

  Controller(
      String id,
      String module,
      String version,
      String command,
      String manifests,
      int webhookPort,
      int healthPort) {
    this.id = id;
    this.module = module;
    this.version = version;
    this.command = command;
    this.manifests = manifests;
    this.webhookPort = webhookPort;
    this.healthPort = healthPort;
  }

  /** A short name, for files and command lines. */
  public String id() {
    return id;
  }

  /** The version, as its authors count. */
  public String version() {
    return version;
  }

  /** API group and version of its configuration file. */
  public String configurationVersion() {
    return "config." + id + ".x-k8s.io/" + (this == KUEUE ? "v1beta2" : "v1alpha1");
  }

  /** What its configuration file says beyond what all say. */
  public String configuration() {
    return this == KUEUE
        ? "featureGates: {VisibilityOnDemand: false}\nintegrations: {frameworks: [batch/job]}\n"
        : "";
  }

  /** Where it looks for the certificates of its metrics server, even if it has none. */
  public Optional<String> metricsCertificates() {
    return this == KUEUE ? Optional.of("/etc/kueue/metrics/certs") : Optional.empty();
  }

  /**
   * Whether it answers the webhook of that path, configured as here: the API server refuses what it
   * would have to ask somebody about who does not answer.
   */
  public boolean serves(String path) {
    return this != KUEUE || path.contains("-kueue-x-k8s-io-") || path.endsWith("-batch-v1-job");
  }

  /** Where the API server calls its webhooks. */
  public int webhookPort() {
    return webhookPort;
  }

  /** Where it says that it lives. */
  public int healthPort() {
    return healthPort;
  }

  /** As {@code go mod download} takes it. */
  String moduleAtVersion() {
    return module + "@v" + version;
  }

  /** The package of the program, relative to the module. */
  String command() {
    return command;
  }

  /** The module's directory that has {@code crd/bases} and {@code webhook}. */
  String manifests() {
    return manifests;
  }
}
