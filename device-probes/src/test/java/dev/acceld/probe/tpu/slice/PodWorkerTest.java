package dev.acceld.probe.tpu.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.PodFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Each controller's labels and names, as they stand on the pods that it makes. */
class PodWorkerTest {
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";

  private static SliceSettings slice(int workers, String... hostnames) {
    return new SliceSettings("4x4", workers, List.of(hostnames), OptionalInt.empty());
  }

  private static PodFacts pod(
      String hostname, String subdomain, Map<String, String> labels, Map<String, String> notes) {
    return new PodFacts("ns/pod", Optional.of(hostname), Optional.of(subdomain), labels, notes);
  }

  private static void refused(SliceSettings slice, PodFacts pod, String... words) {
    assertThatThrownBy(() -> PodWorker.complete(slice, pod))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void aPodOfAnIndexedJob() throws Exception {
    SliceSettings worker =
        PodWorker.complete(slice(4), pod("train-2", "hosts", Map.of(INDEX, "2"), Map.of()));
    assertThat(worker.workerId()).hasValue(2);
    assertThat(worker.hostnames())
        .containsExactly("train-0.hosts", "train-1.hosts", "train-2.hosts", "train-3.hosts");
  }

  /** Kubernetes before 1.28 had no label. */
  @Test
  void theAnnotationOfAnIndexedJobIsEnough() throws Exception {
    assertThat(
            PodWorker.complete(slice(4), pod("train-3", "hosts", Map.of(), Map.of(INDEX, "3")))
                .workerId())
        .hasValue(3);
  }

  @Test
  void eachJobOfAJobSetIsASlice() throws Exception {
    PodFacts pod =
        pod(
            "mnist-slice-1-0",
            "mnist",
            Map.of(
                "jobset.sigs.k8s.io/jobset-name",
                "mnist",
                "jobset.sigs.k8s.io/replicatedjob-name",
                "slice",
                "jobset.sigs.k8s.io/replicatedjob-replicas",
                "2",
                "jobset.sigs.k8s.io/job-index",
                "1",
                "jobset.sigs.k8s.io/restart-attempt",
                "3",
                INDEX,
                "0"),
            Map.of(INDEX, "0"));
    SliceSettings worker = PodWorker.complete(slice(2), pod);
    assertThat(worker.workerId()).hasValue(0);
    assertThat(worker.hostnames())
        .containsExactly("mnist-slice-1-0.mnist", "mnist-slice-1-1.mnist");
  }

  private static PodFacts ofSet(int worker, Map<String, String> notes) {
    return pod(
        worker == 0 ? "llm-1" : "llm-1-" + worker,
        "llm",
        Map.of(
            "leaderworkerset.sigs.k8s.io/name",
            "llm",
            "leaderworkerset.sigs.k8s.io/group-index",
            "1",
            "leaderworkerset.sigs.k8s.io/worker-index",
            Integer.toString(worker)),
        notes);
  }

  private static Map<String, String> size(int size) {
    return Map.of("leaderworkerset.sigs.k8s.io/size", Integer.toString(size));
  }

  private static Map<String, String> sizes(int size, int subgroup) {
    return Map.of(
        "leaderworkerset.sigs.k8s.io/size",
        Integer.toString(size),
        "leaderworkerset.sigs.k8s.io/subgroup-size",
        Integer.toString(subgroup));
  }

  @Test
  void theLeaderIsWorkerZeroWhenAllPodsOfTheGroupAreWorkers() throws Exception {
    for (int i = 0; i < 3; i++) {
      SliceSettings worker = PodWorker.complete(slice(3), ofSet(i, size(3)));
      assertThat(worker.workerId()).hasValue(i);
      assertThat(worker.hostnames()).containsExactly("llm-1.llm", "llm-1-1.llm", "llm-1-2.llm");
    }
  }

  @Test
  void withALeaderWithoutTpusTheWorkersAreShiftedByOne() throws Exception {
    for (int i = 1; i < 3; i++) {
      SliceSettings worker = PodWorker.complete(slice(2), ofSet(i, size(3)));
      assertThat(worker.workerId()).hasValue(i - 1);
      assertThat(worker.hostnames()).containsExactly("llm-1-1.llm", "llm-1-2.llm");
    }
    refused(slice(2), ofSet(0, size(3)), "slice.workers", "is the leader", "set workers to 3");
  }

  @Test
  void aGroupOfAnotherSizeIsRefused() {
    refused(
        slice(4),
        ofSet(1, size(3)),
        "slice.workers",
        "has 3 pods",
        "set workers to 3, or to 2 if the leader has no TPU");
    Map<String, String> leaderToo =
        Map.of(
            "leaderworkerset.sigs.k8s.io/size",
            "3",
            "leaderworkerset.sigs.k8s.io/leader-requests-tpus",
            "true");
    refused(slice(2), ofSet(1, leaderToo), "set workers to 3");
    refused(slice(2), ofSet(1, Map.of()), "has no annotation leaderworkerset.sigs.k8s.io/size");
  }

  @Test
  void eachSubgroupIsASlice() throws Exception {
    SliceSettings first = PodWorker.complete(slice(2), ofSet(1, sizes(4, 2)));
    assertThat(first.workerId()).hasValue(1);
    assertThat(first.hostnames()).containsExactly("llm-1.llm", "llm-1-1.llm");
    SliceSettings second = PodWorker.complete(slice(2), ofSet(2, sizes(4, 2)));
    assertThat(second.workerId()).hasValue(0);
    assertThat(second.hostnames()).containsExactly("llm-1-2.llm", "llm-1-3.llm");
    SliceSettings besideTheLeader = PodWorker.complete(slice(2), ofSet(3, sizes(5, 2)));
    assertThat(besideTheLeader.workerId()).hasValue(0);
    assertThat(besideTheLeader.hostnames()).containsExactly("llm-1-3.llm", "llm-1-4.llm");
    refused(slice(4), ofSet(1, sizes(4, 2)), "a subgroup is one slice", "set workers to 2");
    refused(slice(3), ofSet(1, sizes(5, 3)), "do not fit into the 5 pods");
  }

  @Test
  void aJobWithMorePodsThanWorkersIsRefused() {
    refused(
        slice(2),
        pod("train-2", "hosts", Map.of(INDEX, "2"), Map.of()),
        "TpuConfig slice.workers: it is 2, but pod ns/pod has completion index 2");
  }

  @Test
  void aPodWithoutAnIndexOrADomainIsRefusedWithTheRemedy() {
    refused(
        slice(4),
        pod("web", "hosts", Map.of(), Map.of()),
        "slice.hostnames: is not set",
        "set hostnames and workerId");
    refused(
        slice(4),
        pod("train-1", "", Map.of(INDEX, "1"), Map.of()),
        "no spec.subdomain",
        "headless Service");
    refused(
        slice(4),
        pod("", "hosts", Map.of(INDEX, "1"), Map.of()),
        "has no spec.hostname where <job>-1 is expected");
    refused(
        slice(4),
        pod("mine", "hosts", Map.of(INDEX, "1"), Map.of()),
        "has spec.hostname 'mine' where <job>-1 is expected");
  }

  @Test
  void namesThatAreListedAreTakenAsTheyAre() throws Exception {
    SliceSettings listed = slice(3, "a", "b", "c");
    PodFacts byIndex = pod("train-2", "", Map.of(INDEX, "2"), Map.of());
    assertThat(PodWorker.complete(listed, byIndex).workerId()).hasValue(2);
    assertThat(PodWorker.complete(listed, byIndex).hostnames()).containsExactly("a", "b", "c");
    SliceSettings ofStatefulSet = slice(2, "web-5.svc", "web-6.svc");
    PodFacts byName = pod("web-6", "svc", Map.of(), Map.of());
    assertThat(PodWorker.complete(ofStatefulSet, byName).workerId()).hasValue(1);
    PodFacts neither = pod("other", "svc", Map.of(), Map.of());
    refused(ofStatefulSet, neither, "slice.workerId", "host name 'other'", "set workerId");
  }

  @Test
  void aSliceSurvivesAsTexts() throws Exception {
    SliceSettings slice = new SliceSettings("2x2x2", 2, List.of("a.b", "c.b"), OptionalInt.of(1));
    assertThat(slice.texts().complete()).isTrue();
    assertThat(SliceSettings.of(dev.acceld.device.access.AccessOptions.of(slice.texts())))
        .contains(slice);
    assertThat(slice(2).texts().complete()).isFalse();
    assertThat(slice(2, "a", "b").texts().complete()).isFalse();
  }
}
