package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.e2e.components.Controller;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Sources;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.e2e.scenario.Workers.Worker;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Slices of TPU v4 hosts, as the controller of JobSets makes their workers. */
@RealCluster(
    nodes = 4,
    controllers = {Controller.JOBSET, Controller.LEADER_WORKER_SET})
@OwnClusterOnly
@Tag("controllers")
class JobSetIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Map<String, String> V4 = Map.of("simulate.machine", "tpu-v4x4");
  private static final String EXAMPLE = "tpu-jobset.yaml";
  private static final String SET = "tpu-jobset";
  private static final String NAME = "jobset.sigs.k8s.io/jobset-name";
  private static final String JOB_INDEX = "jobset.sigs.k8s.io/job-index";
  private static final String ATTEMPT = "jobset.sigs.k8s.io/restart-attempt";
  private static final String COMPLETION = "batch.kubernetes.io/job-completion-index";

  /** The names of a slice's workers. */
  private static String names(int job, int workers) {
    return String.join(
        ",",
        IntStream.range(0, workers)
            .mapToObj(i -> "%1$s-slice-%2$d-%3$d.%1$s".formatted(SET, job, i))
            .toList());
  }

  private static void areTheFourOfTheExample(List<Worker> workers) {
    assertThat(workers).extracting(Worker::id).containsExactly(0, 1, 2, 3);
    assertThat(workers)
        .allSatisfy(worker -> {
          assertThat(worker.label(COMPLETION)).isEqualTo(Integer.toString(worker.id()));
          assertThat(worker.env())
              .containsEntry("TPU_WORKER_HOSTNAMES", names(0, 4))
              .containsEntry("TPU_TOPOLOGY", "2x2x4")
              .containsEntry("TPU_HOST_BOUNDS", "1,1,4")
              .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
              .containsEntry("TPU_ACCELERATOR_TYPE", "v4-32")
              .containsEntry("TPU_SKIP_MDS_QUERY", "true");
        });
    Workers.areOnDifferentNodes(workers);
  }

  private static GenericKubernetesResource set(Workspace workspace) {
    return workspace
        .cluster()
        .client()
        .genericKubernetesResources("jobset.x-k8s.io/v1alpha2", "JobSet")
        .inNamespace(workspace.name())
        .withName(SET)
        .get();
  }

  /** The example with workers that do not end by themselves. */
  private static List<ObjectNode> lasting() {
    List<ObjectNode> objects = ExampleObjects.of(EXAMPLE);
    ObjectNode container =
        (ObjectNode)
            objects.getLast().at("/spec/replicatedJobs/0/template/spec/template/spec/containers/0");
    container
        .putArray("command")
        .add("sh")
        .add("-c")
        .add("env | sort | grep -E 'TPU|MEGASCALE'; sleep 3600");
    return objects;
  }

  @Test
  void theExampleHasAWorkerOnEachHost(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, V4);
    workspace.apply(Sources.example(EXAMPLE));
    Await.until(
        "the JobSet is completed",
        LONG,
        () -> "Completed".equals(set(workspace).get("status", "terminalState")),
        workspace::describe);
    areTheFourOfTheExample(new Workers(workspace).await(4, Map.of(NAME, SET, ATTEMPT, "0")));
  }

  @Test
  void workersOfARestartedSetAreWhereTheOthersLookForThem(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, V4);
    Workers workers = new Workers(workspace);
    workspace.apply(ExampleObjects.yaml(lasting()));
    List<Worker> before = workers.await(4, Map.of(NAME, SET, ATTEMPT, "0"));
    areTheFourOfTheExample(before);
    workers.haveNamesOf(SET, before);

    workers.kill(before.get(2));
    List<Worker> after = workers.await(4, Map.of(NAME, SET, ATTEMPT, "1"));
    areTheFourOfTheExample(after);
    workers.haveNamesOf(SET, after);
    assertThat(Workers.uids(after)).doesNotContainAnyElementsOf(Workers.uids(before));
    assertThat(set(workspace).<Integer>get("status", "restarts")).isEqualTo(1);

    cluster.client().resource(set(workspace)).delete();
    Await.until(
        "no host has anything of the workers",
        LONG,
        () -> acceld.footprints().stream().allMatch(each -> each.holdsNothing()),
        () -> acceld.footprints().toString());
  }

  /** What TPU-slices.md says of several slices that work together, each on hosts of its own. */
  @Test
  void twoSlicesEachInItsPoolOfHosts(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, V4);
    List<ObjectNode> objects = lasting();
    ((ObjectNode) objects.getFirst().at("/spec/spec/devices/config/0/opaque/parameters/slice"))
        .put("topology", "2x2x2")
        .put("workers", 2);
    ObjectNode set = objects.getLast();
    set.withObject("/metadata/annotations")
        .put("alpha.jobset.sigs.k8s.io/exclusive-topology", "e2e.acceld.dev/pool");
    ObjectNode job = (ObjectNode) set.at("/spec/replicatedJobs/0");
    job.put("replicas", 2);
    job.withObject("/template/spec").put("completions", 2).put("parallelism", 2);
    ArrayNode env =
        ((ObjectNode) job.at("/template/spec/template/spec/containers/0")).putArray("env");
    env.addObject()
        .put("name", "MEGASCALE_SLICE_ID")
        .withObject("/valueFrom/fieldRef")
        .put("fieldPath", "metadata.labels['" + JOB_INDEX + "']");
    env.addObject()
        .put("name", "MEGASCALE_COORDINATOR_ADDRESS")
        .put("value", SET + "-slice-0-0." + SET);
    for (int i = 0; i < 4; i++) {
      label(cluster, i, i < 2 ? "a" : "b");
    }
    workspace.apply(ExampleObjects.yaml(objects));

    Workers workers = new Workers(workspace);
    List<Worker> first = workers.await(2, Map.of(NAME, SET, JOB_INDEX, "0"));
    List<Worker> second = workers.await(2, Map.of(NAME, SET, JOB_INDEX, "1"));
    for (int slice = 0; slice < 2; slice++) {
      String names = names(slice, 2);
      String number = Integer.toString(slice);
      assertThat(slice == 0 ? first : second)
          .allSatisfy(worker ->
              assertThat(worker.env())
                  .containsEntry("TPU_WORKER_ID", worker.label(COMPLETION))
                  .containsEntry("TPU_WORKER_HOSTNAMES", names)
                  .containsEntry("TPU_HOST_BOUNDS", "1,1,2")
                  .containsEntry("MEGASCALE_SLICE_ID", number)
                  .containsEntry("MEGASCALE_COORDINATOR_ADDRESS", names(0, 2).split(",", -1)[0]));
    }
    workers.haveNamesOf(SET, first);
    workers.haveNamesOf(SET, second);
    assertThat(List.of(Workers.nodes(first), Workers.nodes(second)))
        .allSatisfy(
            nodes -> assertThat(nodes).isIn(Set.of("node-1", "node-2"), Set.of("node-3", "node-4")))
        .doesNotHaveDuplicates();
  }

  private static void label(Cluster cluster, int node, String pool) {
    cluster
        .client()
        .nodes()
        .withName(cluster.nodes().get(node).name())
        .edit(each -> {
          each.getMetadata().getLabels().put("e2e.acceld.dev/pool", pool);
          return each;
        });
  }

  /** All are there before any is prepared: the kubelets are away meanwhile. */
  @Test
  void aClaimOfAllWorkersIsRefusedInAnEventOfEach(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, V4);
    List<ObjectNode> objects = lasting();
    ObjectNode claim = objects.getFirst();
    claim.put("kind", "ResourceClaim").set("spec", claim.at("/spec/spec"));
    ObjectNode reference =
        (ObjectNode)
            objects
                .getLast()
                .at("/spec/replicatedJobs/0/template/spec/template/spec/resourceClaims/0");
    reference.remove("resourceClaimTemplateName");
    reference.put("resourceClaimName", SET);
    cluster.nodes().forEach(node -> node.stop("kubelet"));
    try {
      workspace.apply(ExampleObjects.yaml(objects));
      Await.until(
          "the claim is reserved for all",
          LONG,
          () -> reserved(workspace) == 4,
          workspace::describe);
    } finally {
      cluster.nodes().forEach(node -> node.start("kubelet"));
    }
    for (int i = 0; i < 4; i++) {
      String pod = SET + "-slice-0-" + i + "-";
      Await.until(
          "the refusal of " + pod,
          LONG,
          () ->
              workspace.warnings().stream()
                  .anyMatch(warning ->
                      warning.startsWith(pod)
                          && warning.contains("FailedPrepareDynamicResources")
                          && warning.contains("is for one pod alone, but the claim is reserved for")
                          && warning.contains("ResourceClaimTemplate")),
          workspace::describe);
    }
    assertThat(workspace.pods()).allMatch(pod -> pod.getStatus().getPhase().equals("Pending"));
    assertThat(acceld.footprints()).allMatch(each -> each.holdsNothing());
  }

  @Test
  void withoutNamesInDnsTheRemedyIsInAnEvent(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, V4);
    List<ObjectNode> objects = lasting();
    objects.getLast().withObject("/spec/network").put("enableDNSHostnames", false);
    workspace.apply(ExampleObjects.yaml(objects));
    Await.until(
        "the refusal",
        LONG,
        () ->
            workspace.warnings().stream()
                .anyMatch(warning ->
                    warning.contains("FailedPrepareDynamicResources")
                        && warning.contains("has no spec.subdomain")),
        workspace::describe);
    assertThat(workspace.pods()).allMatch(pod -> pod.getStatus().getPhase().equals("Pending"));
  }

  private static int reserved(Workspace workspace) {
    ResourceClaim claim =
        workspace
            .cluster()
            .client()
            .resources(ResourceClaim.class)
            .inNamespace(workspace.name())
            .withName(SET)
            .get();
    return claim.getStatus() == null ? 0 : claim.getStatus().getReservedFor().size();
  }
}
