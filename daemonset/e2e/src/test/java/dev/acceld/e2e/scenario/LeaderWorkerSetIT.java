package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Slices of TPU7x hosts, as the controller of LeaderWorkerSets makes their workers. */
@RealCluster(
    nodes = 4,
    controllers = {Controller.JOBSET, Controller.LEADER_WORKER_SET})
@OwnClusterOnly
@Tag("controllers")
class LeaderWorkerSetIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Map<String, String> TPU7X = Map.of("simulate.machine", "tpu7x4");
  private static final String EXAMPLE = "tpu-lws.yaml";
  private static final String SET = "tpu-lws";
  private static final String NAME = "leaderworkerset.sigs.k8s.io/name";
  private static final String GROUP = "leaderworkerset.sigs.k8s.io/group-index";
  private static final String INDEX = "leaderworkerset.sigs.k8s.io/worker-index";
  private static final String SUBGROUP = "leaderworkerset.sigs.k8s.io/subgroup-index";
  private static final String TEMPLATE = "/spec/leaderWorkerTemplate";

  private static Map<String, String> group(int number) {
    return Map.of(NAME, SET, GROUP, Integer.toString(number));
  }

  /**
   * The two workers of a slice.
   *
   * @param leader the name of its first pod
   * @param firstIndex the index of its first worker in the group
   */
  private static void areASlice(
      Workspace workspace, List<Worker> workers, String leader, int firstIndex) {
    assertThat(workers).extracting(Worker::id).containsExactly(0, 1);
    String first = leader + (firstIndex == 0 ? "" : "-" + firstIndex) + "." + SET;
    String second = leader + "-" + (firstIndex + 1) + "." + SET;
    assertThat(workers)
        .allSatisfy(worker -> {
          assertThat(worker.label(INDEX)).isEqualTo(Integer.toString(worker.id() + firstIndex));
          assertThat(worker.env())
              .containsEntry("TPU_WORKER_HOSTNAMES", first + "," + second)
              .containsEntry("TPU_PROCESS_ADDRESSES", first + ":8476," + second + ":8476")
              .containsEntry("TPU_PROCESS_PORT", "8476")
              .containsEntry("TPU_TOPOLOGY", "2x2x2")
              .containsEntry("TPU_HOST_BOUNDS", "1,1,2")
              .containsEntry("TPU_CHIPS_PER_HOST_BOUNDS", "2,2,1")
              .containsEntry("TPU_ACCELERATOR_TYPE", "tpu7x-16");
          // What the controller itself tells its pods is of the same form.
          assertThat(workspace.exec(worker.name(), "sh", "-c", "echo $LWS_LEADER_ADDRESS"))
              .isEqualTo(leader + "." + SET + "." + workspace.name() + "\n");
        });
    Workers.areOnDifferentNodes(workers);
    new Workers(workspace).haveNamesOf(SET, workers);
  }

  @Test
  void theExampleAndASecondGroupBesideIt(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, TPU7X);
    Workers workers = new Workers(workspace);
    workspace.apply(Sources.example(EXAMPLE));
    List<Worker> first = workers.await(2, group(0));
    areASlice(workspace, first, "tpu-lws-0", 0);

    List<ObjectNode> two = ExampleObjects.of(EXAMPLE);
    two.getLast().withObject("/spec").put("replicas", 2);
    workspace.apply(ExampleObjects.yaml(two));
    areASlice(workspace, workers.await(2, group(1)), "tpu-lws-1", 0);
    assertThat(Workers.uids(workers.await(2, group(0)))).isEqualTo(Workers.uids(first));
  }

  @Test
  void workersOfARestartedGroupAreWhereTheOthersLookForThem(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, TPU7X);
    Workers workers = new Workers(workspace);
    workspace.apply(Sources.example(EXAMPLE));
    List<Worker> before = workers.await(2, group(0));
    areASlice(workspace, before, "tpu-lws-0", 0);

    workers.kill(before.getLast());
    awaitReplaced(workspace, before);
    areASlice(workspace, workers.await(2, group(0)), "tpu-lws-0", 0);
    delete(workspace, acceld);
  }

  @Test
  void workersAfterAPowerFailureOfAllHosts(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, TPU7X);
    Workers workers = new Workers(workspace);
    workspace.apply(Sources.example(EXAMPLE));
    List<Worker> before = workers.await(2, group(0));
    areASlice(workspace, before, "tpu-lws-0", 0);

    acceld
        .agents()
        .forEach(agent ->
            acceld.workspace().exec(agent.getMetadata().getName(), "acceld", "simulate", "reboot"));
    cluster.machinery().reboot();
    acceld.awaitReady();
    awaitReplaced(workspace, before);
    areASlice(workspace, workers.await(2, group(0)), "tpu-lws-0", 0);
    delete(workspace, acceld);
  }

  /**
   * The controller replaces all pods of a group when one of them or its container was restarted.
   */
  private static void awaitReplaced(Workspace workspace, List<Worker> before) {
    Await.until(
        "both pods are replaced",
        LONG,
        () ->
            workspace.pods().stream()
                .noneMatch(pod -> Workers.uids(before).contains(pod.getMetadata().getUid())),
        workspace::describe);
  }

  private static void delete(Workspace workspace, Acceld acceld) {
    workspace
        .cluster()
        .client()
        .genericKubernetesResources("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet")
        .inNamespace(workspace.name())
        .withName(SET)
        .delete();
    Await.until(
        "no host has anything of the workers",
        LONG,
        () -> acceld.footprints().stream().allMatch(each -> each.holdsNothing()),
        () -> acceld.footprints().toString());
  }

  @Test
  void aContainerThatRestartsInItsPodIsTheSameWorker(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, TPU7X);
    Workers workers = new Workers(workspace);
    List<ObjectNode> objects = ExampleObjects.of(EXAMPLE);
    objects.getLast().withObject(TEMPLATE).put("restartPolicy", "None");
    workspace.apply(ExampleObjects.yaml(objects));
    List<Worker> before = workers.await(2, group(0));

    workers.kill(before.getLast());
    String pod = before.getLast().name();
    Await.until(
        "another container in " + pod,
        LONG,
        () ->
            workspace
                    .pod(pod)
                    .orElseThrow()
                    .getStatus()
                    .getContainerStatuses()
                    .getFirst()
                    .getRestartCount()
                == 1,
        workspace::describe);
    List<Worker> after = workers.await(2, group(0));
    areASlice(workspace, after, "tpu-lws-0", 0);
    assertThat(Workers.uids(after)).isEqualTo(Workers.uids(before));
    assertThat(after.getLast().env()).isEqualTo(before.getLast().env());
  }

  @Test
  void aLeaderWithoutTpusIsNoWorker(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, TPU7X);
    List<ObjectNode> objects = ExampleObjects.of(EXAMPLE);
    ObjectNode template = objects.getLast().withObject(TEMPLATE);
    template.put("size", 3);
    ObjectNode leader = template.withObject("/workerTemplate").deepCopy();
    ObjectNode spec = leader.withObject("/spec");
    spec.remove("resourceClaims");
    ((ObjectNode) spec.at("/containers/0")).remove("resources");
    template.set("leaderTemplate", leader);
    workspace.apply(ExampleObjects.yaml(objects));
    workspace.awaitPhase("tpu-lws-0", "Running", LONG);

    Workers workers = new Workers(workspace);
    List<Worker> slice =
        List.of(
            workers.await(1, with(group(0), INDEX, "1")).getFirst(),
            workers.await(1, with(group(0), INDEX, "2")).getFirst());
    areASlice(workspace, slice, "tpu-lws-0", 1);
    assertThat(workspace.exec("tpu-lws-0", "env")).doesNotContain("TPU_");
  }

  @Test
  void eachSubgroupIsASlice(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, TPU7X);
    List<ObjectNode> objects = ExampleObjects.of(EXAMPLE);
    ObjectNode template = objects.getLast().withObject(TEMPLATE);
    template.put("size", 4);
    template.putObject("subGroupPolicy").put("subGroupSize", 2);
    workspace.apply(ExampleObjects.yaml(objects));
    Workers workers = new Workers(workspace);
    List<Worker> first = workers.await(2, with(group(0), SUBGROUP, "0"));
    List<Worker> second = workers.await(2, with(group(0), SUBGROUP, "1"));
    areASlice(workspace, first, "tpu-lws-0", 0);
    areASlice(workspace, second, "tpu-lws-0", 2);
  }

  private static Map<String, String> with(Map<String, String> labels, String name, String value) {
    Map<String, String> all = new TreeMap<>(labels);
    all.put(name, value);
    return all;
  }

  @Test
  void aLeaderThatUsesTheClaimOfTheWorkersIsRefusedInAnEvent(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, TPU7X);
    List<ObjectNode> objects = ExampleObjects.of(EXAMPLE);
    objects.getLast().withObject(TEMPLATE).put("size", 3);
    workspace.apply(ExampleObjects.yaml(objects));
    Await.until(
        "the refusal of the leader",
        LONG,
        () ->
            workspace.warnings().stream()
                .anyMatch(warning ->
                    warning.startsWith("tpu-lws-0 FailedPrepareDynamicResources")
                        && warning.contains("use this claim in the template of the workers only")),
        workspace::describe);
    assertThat(workspace.phase("tpu-lws-0")).isEqualTo("Pending");
  }

  @Test
  void aServiceForEachGroup(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, TPU7X);
    List<ObjectNode> objects = ExampleObjects.of(EXAMPLE);
    objects.getLast().withObject("/spec/networkConfig").put("subdomainPolicy", "UniquePerReplica");
    workspace.apply(ExampleObjects.yaml(objects));
    Workers workers = new Workers(workspace);
    List<Worker> slice = workers.await(2, group(0));
    assertThat(slice)
        .allSatisfy(worker ->
            assertThat(worker.env())
                .containsEntry(
                    "TPU_WORKER_HOSTNAMES", "tpu-lws-0.tpu-lws-0,tpu-lws-0-1.tpu-lws-0"));
    workers.haveNamesOf("tpu-lws-0", slice);
  }
}
