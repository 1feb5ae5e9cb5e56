package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.components.Controller;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example for Kueue, with the real one: quotas of device classes that select by themselves. */
@RealCluster(controllers = Controller.KUEUE)
@OwnClusterOnly
@Tag("controllers")
class KueueIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final String CONFIGURATION = "/e2e/run/kueue.yaml";
  private static final int QUOTA = 8;

  @Test
  void jobsWaitForTheQuotaOfTheirClass(Cluster cluster, Workspace workspace) {
    Acceld acceld =
        Acceld.installed(
            cluster, flat(ExampleObjects.of("autoscaling/kueue-values.yaml").getFirst()));
    acceld.awaitReady();
    List<ObjectNode> example = ExampleObjects.of("autoscaling/kueue.yaml");
    configure(cluster.node(), example.getFirst());
    ObjectNode job = (ObjectNode) example.getLast();
    List<ObjectNode> queues = example.subList(1, example.size() - 1);
    Await.until(
        "Kueue takes the queues",
        LONG,
        () -> !workspace.apply(in(workspace, ExampleObjects.yaml(queues))).isEmpty());
    for (int i = 0; i <= QUOTA; i++) {
      workspace.apply(in(workspace, ExampleObjects.yaml(List.of(small(job, "queued-" + i)))));
    }
    Set<String> devices = new HashSet<>();
    Await.until(
        "all GPUs in use",
        LONG,
        () -> running(workspace).size() == QUOTA,
        () -> workspace.describe() + workloads(cluster, workspace));
    for (String pod : running(workspace)) {
      devices.add(Allocations.deviceOf(workspace, pod));
    }
    assertThat(devices).hasSize(QUOTA);
    assertThat(suspended(workspace)).hasSize(1);
    assertThat(workloads(cluster, workspace)).contains("gpu-80g");

    String last = suspended(workspace).getFirst();
    workspace
        .cluster()
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(workspace.name())
        .withName(running(workspace).getFirst().replaceAll("-[a-z0-9]+$", ""))
        .delete();
    workspace.awaitPodOf(last, LONG);
    assertThat(suspended(workspace)).isEmpty();
  }

  /** As the example says: its first document is merged, and Kueue restarted. */
  private static void configure(Node node, JsonNode configMap) {
    JsonNode more =
        Serialization.unmarshal(
            configMap.at("/data/controller_manager_config.yaml").asText(), JsonNode.class);
    ObjectNode all =
        (ObjectNode) Serialization.unmarshal(node.exec("cat", CONFIGURATION), JsonNode.class);
    assertThat(more.path("apiVersion")).isEqualTo(all.path("apiVersion"));
    all.withObject("/featureGates").setAll((ObjectNode) more.path("featureGates"));
    all.set("resources", more.path("resources"));
    node.command("sh", "-c", "cat > \"$0\"", CONFIGURATION)
        .reading(Serialization.asYaml(all))
        .output();
    node.kill("kueue");
  }

  /** For a node with few processors, and until it is deleted. */
  private static ObjectNode small(ObjectNode job, String name) {
    ObjectNode copy = job.deepCopy();
    copy.withObject("/metadata").put("name", name);
    ObjectNode container = (ObjectNode) copy.at("/spec/template/spec/containers/0");
    container.withObject("/resources/requests").put("cpu", "10m").put("memory", "16Mi");
    container.withArray("/command").set(2, "env | grep ACCELD_DEVICE; sleep 3600");
    return copy;
  }

  private static String in(Workspace workspace, String yaml) {
    return yaml.replaceAll("namespace: \"?default\"?", "namespace: " + workspace.name());
  }

  private static List<String> running(Workspace workspace) {
    return workspace.pods().stream()
        .filter(pod -> pod.getStatus().getPhase().equals("Running"))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  private static List<String> suspended(Workspace workspace) {
    return workspace
        .cluster()
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(workspace.name())
        .list()
        .getItems()
        .stream()
        .filter(job -> Boolean.TRUE.equals(job.getSpec().getSuspend()))
        .map((Job job) -> job.getMetadata().getName())
        .toList();
  }

  /** What Kueue says of the jobs. */
  private static String workloads(Cluster cluster, Workspace workspace) {
    List<GenericKubernetesResource> all =
        cluster
            .client()
            .genericKubernetesResources("kueue.x-k8s.io/v1beta2", "Workload")
            .inNamespace(workspace.name())
            .list()
            .getItems();
    return Serialization.asJson(all);
  }

  /** Values of a file as {@code --set} takes them. */
  private static Map<String, String> flat(JsonNode values) {
    Map<String, String> all = new TreeMap<>();
    flat("", values, all);
    return all;
  }

  private static void flat(String path, JsonNode value, Map<String, String> all) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(field ->
              flat(
                  path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                  field.getValue(),
                  all));
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        flat(path + "[" + i + "]", value.get(i), all);
      }
    } else {
      all.put(path, value.asText());
    }
  }
}
