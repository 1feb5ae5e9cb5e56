package dev.acceld.e2e.install;

import dev.acceld.e2e.cluster.LocalCluster;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.tools.Run;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The release that an operator has: installed, looked at, upgraded, removed. */
public final class Acceld {
  /** The namespace by convention. */
  public static final String NAMESPACE = "acceld-system";

  /** The release by convention. */
  public static final String RELEASE = "acceld";

  /** The driver's name. */
  public static final String DRIVER = "acceld.dev";

  /** The agent's user, as the API server knows it. */
  public static final String USER = "system:serviceaccount:" + NAMESPACE + ":" + RELEASE;

  private static final Logger LOG = LoggerFactory.getLogger(Acceld.class);
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Map<LocalCluster, Boolean> LOADED = new WeakHashMap<>();

  private final Cluster cluster;
  private final Path helm;

  private Acceld(Cluster cluster) {
    this.cluster = cluster;
    this.helm = Components.helm(Cache.ofThisUser(), LOG::info);
  }

  /**
   * Makes sure that it is there with these values and serves all devices of its machine; installs
   * it anew when it is there with others. Without a machine among the values it is eight simulated
   * H100s.
   */
  public static Acceld installed(Cluster cluster, Map<String, String> values) {
    Acceld acceld = new Acceld(cluster);
    Map<String, String> all = acceld.complete(values);
    synchronized (LOADED) {
      cluster
          .local()
          .filter(own -> !LOADED.containsKey(own))
          .ifPresent(own -> {
            own.nodes().forEach(node -> node.load(Sources.image()));
            LOADED.put(own, true);
          });
    }
    if (!acceld.valuesNow().equals(all)) {
      if (acceld.isInstalled()) {
        acceld.uninstall().output();
      }
      acceld.helm(acceld.upgradeCommand(all)).output();
    }
    acceld.awaitReady();
    return acceld;
  }

  /** An installation as {@link #installed(Cluster, Map)} makes it, on eight simulated H100s. */
  public static Acceld installed(Cluster cluster) {
    return installed(cluster, Map.of());
  }

  /** The values that tests give, with those that this cluster needs. */
  private Map<String, String> complete(Map<String, String> values) {
    Map<String, String> all = new TreeMap<>();
    all.put("simulate.machine", "h100x8");
    cluster.local().ifPresent(own -> all.put("kubelet.dir", own.node().kubeletDir()));
    all.putAll(values);
    return all;
  }

  /**
   * Changes values of the running release, which replaces its pods, and waits until all are
   * replaced. Before that it waits until the release is available: a rollout that begins sooner can
   * stop for good (see UPGRADING.md).
   */
  public void upgrade(Map<String, String> values) {
    Map<String, String> all = complete(values);
    awaitAvailable();
    helm(upgradeCommand(all)).output();
    awaitReady();
  }

  private List<String> upgradeCommand(Map<String, String> values) {
    List<String> command =
        new ArrayList<>(List.of("upgrade", "--install", RELEASE, Sources.chart().toString()));
    command.addAll(List.of("--create-namespace", "--wait", "--timeout", "4m"));
    // Kept in the release, so that the next test finds out what it is dealing with.
    command.addAll(List.of("--description", describe(values)));
    String ofUser = System.getProperty("acceld.e2e.values", "");
    if (!ofUser.isEmpty()) {
      command.addAll(List.of("--values", ofUser));
    }
    values.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return command;
  }

  private static String describe(Map<String, String> values) {
    return new TreeMap<>(values).toString();
  }

  private Map<String, String> valuesNow() {
    Run.Result status = helm(List.of("status", RELEASE, "--show-desc")).now();
    Map<String, String> values = new TreeMap<>();
    if (status.ok() && status.out().contains("STATUS: deployed")) {
      status
          .out()
          .lines()
          .filter(line -> line.startsWith("DESCRIPTION: {"))
          .map(line -> line.replaceAll("^DESCRIPTION: \\{|}$", ""))
          .flatMap(line -> List.of(line.split(", ", -1)).stream())
          .map(pair -> pair.split("=", 2))
          .forEach(pair -> values.put(pair[0], pair[1]));
    }
    return values;
  }

  /** Whether there is such a release. */
  public boolean isInstalled() {
    return helm(List.of("status", RELEASE)).now().ok();
  }

  /** {@code helm uninstall}, not run yet. */
  public Run uninstall() {
    return helm(List.of("uninstall", RELEASE, "--wait", "--timeout", "4m"));
  }

  /** {@code helm test}, not run yet. */
  public Run test() {
    return helm(List.of("test", RELEASE, "--timeout", "2m"));
  }

  /** What the pod of a {@code helm test} that failed said; one that succeeded is gone. */
  public String testLog() {
    return workspace().logs(RELEASE + "-test");
  }

  private Run helm(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--namespace", NAMESPACE));
    return cluster.helm(helm, all.toArray(String[]::new));
  }

  /** Waits until its pods are ready and every node that has one has its slices. */
  public void awaitReady() {
    Await.until(
        "every agent ready and its slices published",
        LONG,
        () -> {
          List<Pod> agents = agents();
          Set<String> offering = new TreeSet<>();
          slices().forEach(slice -> offering.add(slice.getSpec().getNodeName()));
          return !agents.isEmpty()
              && agents.stream().allMatch(Acceld::ready)
              && agents.stream().allMatch(p -> offering.contains(p.getSpec().getNodeName()));
        },
        () -> cluster.existing(NAMESPACE).describe());
  }

  /** Waits until its pods have been ready for {@code update.minReadySeconds}. */
  private void awaitAvailable() {
    Await.until(
        "every agent available",
        LONG,
        () -> {
          DaemonSetStatus status =
              cluster
                  .client()
                  .apps()
                  .daemonSets()
                  .inNamespace(NAMESPACE)
                  .withName(RELEASE)
                  .get()
                  .getStatus();
          return Objects.equals(status.getNumberAvailable(), status.getDesiredNumberScheduled());
        },
        () -> cluster.existing(NAMESPACE).describe());
  }

  private static boolean ready(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /** The agents' pods; during an upgrade two of a node. */
  public List<Pod> agents() {
    return cluster
        .client()
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/component", "agent")
        .list()
        .getItems();
  }

  /** The one agent of a cluster with one node; the youngest when there are two. */
  public Pod agent() {
    return agents().stream()
        .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
        .orElseThrow(() -> new AssertionError("no agent in " + NAMESPACE));
  }

  /** What a command of acceld says in the agent's pod. */
  public String exec(String... words) {
    return workspace().exec(agent().getMetadata().getName(), command(words));
  }

  /** What a command of acceld that has to fail says in the agent's pod. */
  public String fails(String... words) {
    Workspace.Ended ended = workspace().execToEnd(agent().getMetadata().getName(), command(words));
    if (ended.exit() == 0) {
      throw new AssertionError(List.of(words) + " succeeds: " + ended.said());
    }
    return ended.said();
  }

  private static String[] command(String... words) {
    List<String> command = new ArrayList<>(List.of("acceld"));
    command.addAll(List.of(words));
    return command.toArray(String[]::new);
  }

  /** What Prometheus would scrape of the one agent; the node must be ours. */
  public String metrics() {
    Pod agent = agent();
    int port = agent.getSpec().getContainers().getFirst().getPorts().getFirst().getContainerPort();
    String url = "http://" + agent.getStatus().getPodIP() + ":" + port + "/metrics";
    return cluster.node().exec("curl", "-sS", "--fail", "-m", "20", url);
  }

  /** What the agent logged. */
  public String log() {
    return cluster.existing(NAMESPACE).logs(agent().getMetadata().getName());
  }

  /** The slices of its driver. */
  public List<ResourceSlice> slices() {
    return cluster.client().resources(ResourceSlice.class).list().getItems().stream()
        .filter(slice -> slice.getSpec().getDriver().equals(DRIVER))
        .toList();
  }

  /** Names of all devices that are on offer. */
  public Set<String> devices() {
    Set<String> names = new TreeSet<>();
    slices()
        .forEach(
            slice -> slice.getSpec().getDevices().forEach(device -> names.add(device.getName())));
    return names;
  }

  /** What it has on the node, which must be ours; on the first when there are several. */
  public Footprint footprint() {
    return Footprint.of(cluster.node());
  }

  /** What it has on each node; they must be ours. */
  public List<Footprint> footprints() {
    return cluster.nodes().stream().map(Footprint::of).toList();
  }

  /** Its namespace. */
  public Workspace workspace() {
    return cluster.existing(NAMESPACE);
  }
}
