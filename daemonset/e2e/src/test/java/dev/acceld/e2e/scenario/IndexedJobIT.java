package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.components.Controller;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.e2e.scenario.Workers.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A slice of hosts as an indexed Job that replaces a worker that fails, and a Service for names.
 */
@RealCluster(
    nodes = 4,
    controllers = {Controller.JOBSET, Controller.LEADER_WORKER_SET})
@OwnClusterOnly
@Tag("controllers")
class IndexedJobIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Map<String, String> POD = Map.of("batch.kubernetes.io/job-name", "train");
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";

  private static final String JOB =
      """
      apiVersion: resource.k8s.io/v1
      kind: ResourceClaimTemplate
      metadata: {name: worker}
      spec:
        spec:
          devices:
            requests:
              - name: tpus
                exactly: {deviceClassName: tpu.acceld.dev, allocationMode: All}
            config:
              - requests: [tpus]
                opaque:
                  driver: acceld.dev
                  parameters:
                    apiVersion: tpu.acceld.dev/v1alpha1
                    kind: TpuConfig
                    slice: {topology: 2x2x4, workers: 4}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: hosts}
      spec:
        clusterIP: None
        publishNotReadyAddresses: true
        selector: {batch.kubernetes.io/job-name: train}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: train}
      spec:
        completionMode: Indexed
        completions: 4
        parallelism: 4
        template:
          spec:
            subdomain: hosts
            restartPolicy: Never
            terminationGracePeriodSeconds: 1
            resourceClaims: [{name: tpus, resourceClaimTemplateName: worker}]
            containers:
              - name: main
                image: busybox
                imagePullPolicy: IfNotPresent
                command: [sh, -c, "env | sort | grep TPU; sleep 3600"]
                resources: {claims: [{name: tpus}]}
      """;

  private static void areAllFour(Workers check, List<Worker> workers) {
    assertThat(workers).extracting(Worker::id).containsExactly(0, 1, 2, 3);
    assertThat(workers)
        .allSatisfy(worker -> {
          assertThat(worker.label(INDEX)).isEqualTo(Integer.toString(worker.id()));
          assertThat(worker.env())
              .containsEntry(
                  "TPU_WORKER_HOSTNAMES", "train-0.hosts,train-1.hosts,train-2.hosts,train-3.hosts")
              .containsEntry("TPU_HOST_BOUNDS", "1,1,4");
        });
    Workers.areOnDifferentNodes(workers);
    check.haveNamesOf("hosts", workers);
  }

  @Test
  void aWorkerThatReplacesAnotherHasItsNumberAndName(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v4x4"));
    workspace.apply(JOB);
    Workers workers = new Workers(workspace);
    List<Worker> before = workers.await(4, POD);
    areAllFour(workers, before);

    Worker lost = before.get(2);
    workers.kill(lost);
    workspace.deletePod(lost.name()); // a failed pod stays otherwise, and is counted
    Await.until(
        "another pod for worker 2",
        LONG,
        () ->
            workspace.pods().stream()
                .noneMatch(pod -> pod.getMetadata().getUid().equals(lost.uid())),
        workspace::describe);
    List<Worker> after = workers.await(4, POD);
    areAllFour(workers, after);
    assertThat(after.get(2).uid()).isNotEqualTo(lost.uid());
    assertThat(List.of(after.get(0), after.get(1), after.get(3)))
        .extracting(Worker::uid)
        .containsExactly(before.get(0).uid(), before.get(1).uid(), before.get(3).uid());
  }
}
