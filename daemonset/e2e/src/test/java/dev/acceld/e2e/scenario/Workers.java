package dev.acceld.e2e.scenario;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The workers of a slice: what their containers say they were told, compared with what Kubernetes
 * says of their pods. The examples print their variables in order.
 */
final class Workers {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Pattern VARIABLE = Pattern.compile("(?m)^(\\w+)=(.*)$");
  private static final Pattern LAST = Pattern.compile("(?m)^TPU_WORKER_ID=\\d+\n");

  private final Workspace workspace;

  Workers(Workspace workspace) {
    this.workspace = workspace;
  }

  /** A pod, and the variables that its container has printed. */
  record Worker(Pod pod, Map<String, String> env) {
    String name() {
      return pod.getMetadata().getName();
    }

    String label(String label) {
      return pod.getMetadata().getLabels().getOrDefault(label, "");
    }

    String uid() {
      return pod.getMetadata().getUid();
    }

    String node() {
      return pod.getSpec().getNodeName();
    }

    int id() {
      return Integer.parseInt(env.get("TPU_WORKER_ID"));
    }
  }

  /** Waits until that many pods with these labels have said what they were told; by their ids. */
  List<Worker> await(int count, Map<String, String> labels) {
    Await.until(
        count + " workers with " + labels + " have printed their variables",
        LONG,
        () ->
            pods(labels).size() == count
                && pods(labels).stream()
                    .allMatch(
                        pod -> LAST.matcher(workspace.logs(pod.getMetadata().getName())).find()),
        workspace::describe);
    return pods(labels).stream()
        .map(pod -> new Worker(pod, variables(pod)))
        .sorted(Comparator.comparingInt(Worker::id))
        .toList();
  }

  private List<Pod> pods(Map<String, String> labels) {
    return workspace.pods().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
        .toList();
  }

  private Map<String, String> variables(Pod pod) {
    return VARIABLE
        .matcher(workspace.logs(pod.getMetadata().getName()))
        .results()
        .collect(toMap(found -> found.group(1), found -> found.group(2), (first, next) -> next));
  }

  /**
   * The names that workers were told are those that DNS has for their pods, each under the number
   * of its pod: a cluster's DNS makes them of the Service's endpoints.
   */
  void haveNamesOf(String service, List<Worker> workers) {
    Await.until(
        "Service " + service + " has the workers under their names",
        LONG,
        () -> namesOf(service).entrySet().containsAll(told(workers).entrySet()),
        () -> namesOf(service) + " where the workers were told " + told(workers));
  }

  /** Pods by the names that each was told to be its own. */
  private static Map<String, String> told(List<Worker> workers) {
    return workers.stream()
        .collect(
            toMap(
                worker -> worker.env().get("TPU_WORKER_HOSTNAMES").split(",", -1)[worker.id()],
                Worker::uid));
  }

  private Map<String, String> namesOf(String service) {
    return workspace
        .cluster()
        .client()
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(workspace.name())
        .withLabel("kubernetes.io/service-name", service)
        .list()
        .getItems()
        .stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .filter(endpoint -> endpoint.getHostname() != null)
        .collect(
            toMap(
                endpoint -> endpoint.getHostname() + "." + service,
                Workers::pod,
                (first, next) -> next));
  }

  private static String pod(Endpoint endpoint) {
    return endpoint.getTargetRef().getUid();
  }

  /** Kills the processes of a worker, as a lack of memory does. */
  void kill(Worker worker) {
    Node node =
        workspace.cluster().nodes().stream()
            .filter(each -> each.name().equals(worker.node()))
            .findFirst()
            .orElseThrow();
    assertThat(node.killProcesses("sleep 3600")).isTrue();
  }

  /** Asserts that each has a host of its own. */
  static void areOnDifferentNodes(List<Worker> workers) {
    assertThat(nodes(workers)).hasSize(workers.size());
  }

  static Set<String> nodes(List<Worker> workers) {
    return workers.stream().map(Worker::node).collect(toSet());
  }

  static Set<String> uids(List<Worker> workers) {
    return workers.stream().map(Worker::uid).collect(toSet());
  }
}
