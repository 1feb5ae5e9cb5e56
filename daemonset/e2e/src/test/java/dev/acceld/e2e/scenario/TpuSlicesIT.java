package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Pods are told which worker of a slice over several hosts they are. The cluster has one node, so
 * that the workers take turns, and no controller of JobSets and LeaderWorkerSets: what those make
 * of the examples is made here. With several nodes and the controllers: {@link JobSetIT}, {@link
 * LeaderWorkerSetIT}.
 */
@RealCluster
@Tag("main")
class TpuSlicesIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Map<String, String> V4 = Map.of("simulate.machine", "tpu-v4x4");

  /** A claim for all chips of a host, and an indexed Job with a worker for each host. */
  private static final String JOB =
      """
      apiVersion: resource.k8s.io/v1
      kind: ResourceClaimTemplate
      metadata: {name: host}
      spec:
        spec:
          devices:
            requests:
              - name: tpus
                exactly: {deviceClassName: tpu.acceld.dev, allocationMode: All}
            config: [CONFIG]
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: train}
      spec:
        completionMode: Indexed
        completions: PODS
        parallelism: PODS
        backoffLimit: 0
        template:
          spec:
            subdomain: hosts
            restartPolicy: Never
            terminationGracePeriodSeconds: 1
            resourceClaims: [{name: tpus, resourceClaimTemplateName: host}]
            containers:
              - name: main
                image: busybox
                imagePullPolicy: IfNotPresent
                command: [sh, -c, "env | sort | grep TPU; sleep 1"]
                env: [{name: TPU_WORKER_ID, value: of-a-webhook}]
                resources: {claims: [{name: tpus}]}
      """;

  private static String job(int pods, String slice) {
    String config =
        slice.isEmpty()
            ? ""
            : "{opaque: {driver: acceld.dev, parameters: {apiVersion: tpu.acceld.dev/v1alpha1,"
                + " kind: TpuConfig, slice: "
                + slice
                + "}}}";
    return JOB.replace("CONFIG", config).replace("PODS", Integer.toString(pods));
  }

  @Test
  void theWorkersOfAnIndexedJob(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, V4);
    workspace.apply(job(2, "{topology: 2x2x2, workers: 2}"));
    ExamplesIT.awaitComplete(workspace, "train");
    assertThat(ExamplesIT.logOfJob(workspace, "train"))
        .contains(
            "TPU_WORKER_ID=0\n",
            "TPU_WORKER_ID=1\n",
            "TPU_WORKER_HOSTNAMES=train-0.hosts,train-1.hosts\n",
            "TPU_TOPOLOGY=2x2x2\n",
            "TPU_HOST_BOUNDS=1,1,2\n")
        .doesNotContain("of-a-webhook");
  }

  @Test
  void namesThatAreListed(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, V4);
    workspace.apply(job(1, "{topology: 2x2x4, workers: 4, hostnames: [a, b, c, d], workerId: 3}"));
    ExamplesIT.awaitComplete(workspace, "train");
    assertThat(ExamplesIT.logOfJob(workspace, "train"))
        .contains("TPU_WORKER_ID=3\n", "TPU_WORKER_HOSTNAMES=a,b,c,d\n", "TPU_HOST_BOUNDS=1,1,4\n");
  }

  @Test
  void withoutATpuConfigWhatAWebhookHasWrittenStays(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, V4);
    workspace.apply(job(1, ""));
    ExamplesIT.awaitComplete(workspace, "train");
    assertThat(ExamplesIT.logOfJob(workspace, "train"))
        .contains("TPU_WORKER_ID=of-a-webhook\n", "TPU_CHIPS_PER_HOST_BOUNDS=2,2,1\n")
        .doesNotContain("TPU_WORKER_HOSTNAMES");
  }

  @Test
  void aSliceThatDoesNotFitTheHostIsAnEventOfThePod(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, V4);
    workspace.apply(job(1, "{topology: 4x4, workers: 4}"));
    Await.until(
        "the refusal",
        LONG,
        () ->
            workspace.warnings().stream()
                .anyMatch(
                    event -> event.contains("TpuConfig slice.topology: '4x4' does not fit v4")),
        workspace::describe);
  }

  /** The Job as the JobSet's controller makes it. */
  @Test
  void tpuJobset(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, V4);
    List<ObjectNode> objects = ExampleObjects.of("tpu-jobset.yaml");
    JsonNode set = objects.getLast();
    JsonNode replicated = set.at("/spec/replicatedJobs/0");
    String name = set.at("/metadata/name").asText();
    String job = name + "-" + replicated.path("name").asText() + "-0";
    ObjectNode made = new ObjectMapper().createObjectNode();
    made.put("apiVersion", "batch/v1").put("kind", "Job").putObject("metadata").put("name", job);
    made.set("spec", replicated.at("/template/spec").deepCopy());
    made.withObject("/spec/template/spec").put("subdomain", name);
    workspace.apply(Serialization.asYaml(objects.getFirst()));
    workspace.apply(Serialization.asYaml(made));
    ExamplesIT.awaitComplete(workspace, job);
    String names = "TPU_WORKER_HOSTNAMES=%1$s-0.%2$s,%1$s-1.%2$s,%1$s-2.%2$s,%1$s-3.%2$s\n";
    assertThat(ExamplesIT.logOfJob(workspace, job))
        .contains(
            "TPU_WORKER_ID=0\n",
            "TPU_WORKER_ID=1\n",
            "TPU_WORKER_ID=2\n",
            "TPU_WORKER_ID=3\n",
            names.formatted(job, name),
            "TPU_HOST_BOUNDS=1,1,4\n");
  }

  /** The second pod of a group as the LeaderWorkerSet's controller makes it. */
  @Test
  void tpuLws(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "tpu7x4"));
    List<ObjectNode> objects = ExampleObjects.of("tpu-lws.yaml");
    JsonNode set = objects.getLast();
    String name = set.at("/metadata/name").asText();
    ObjectNode made = new ObjectMapper().createObjectNode();
    made.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = made.putObject("metadata").put("name", name + "-0-1");
    metadata
        .putObject("labels")
        .put("leaderworkerset.sigs.k8s.io/name", name)
        .put("leaderworkerset.sigs.k8s.io/group-index", "0")
        .put("leaderworkerset.sigs.k8s.io/worker-index", "1");
    metadata
        .putObject("annotations")
        .put(
            "leaderworkerset.sigs.k8s.io/size", set.at("/spec/leaderWorkerTemplate/size").asText());
    made.set("spec", set.at("/spec/leaderWorkerTemplate/workerTemplate/spec").deepCopy());
    made.withObject("/spec").put("hostname", name + "-0-1").put("subdomain", name);
    workspace.apply(Serialization.asYaml(objects.getFirst()));
    workspace.apply(Serialization.asYaml(made));
    workspace.awaitPhase(name + "-0-1", "Running", LONG);
    assertThat(ExamplesIT.logOf(workspace, name + "-0-1"))
        .contains(
            "TPU_WORKER_ID=1\n",
            "TPU_WORKER_HOSTNAMES=tpu-lws-0.tpu-lws,tpu-lws-0-1.tpu-lws\n",
            "TPU_PROCESS_ADDRESSES=tpu-lws-0.tpu-lws:8476,tpu-lws-0-1.tpu-lws:8476\n",
            "TPU_HOST_BOUNDS=1,1,2\n");
  }
}
