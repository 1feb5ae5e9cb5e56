package dev.acceld.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodContainers;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.vendor.PodFacts;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodWorkloadsTest {
  private static final PodRef POD = new PodRef("team", "train-0", "uid-1");
  private static final String JOBSET = "jobset.sigs.k8s.io/jobset-name";

  private final Map<String, ClusterApi.Pod> cluster = new LinkedHashMap<>();
  private final Set<PodRef> wanted = new LinkedHashSet<>();
  private final List<String> read = new ArrayList<>();
  private boolean away;
  private long nanos = 1;

  private final PodWorkloads workloads =
      new PodWorkloads(
          (ClusterApi)
              Proxy.newProxyInstance(
                  ClusterApi.class.getClassLoader(),
                  new Class<?>[] {ClusterApi.class},
                  (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("getPod");
                    read.add((String) args[1]);
                    if (away) {
                      throw new ClusterException(ClusterException.Reason.UNREACHABLE, "away");
                    }
                    ClusterApi.Pod pod = cluster.get((String) args[1]);
                    if (pod == null) {
                      throw new ClusterException(ClusterException.Reason.NOT_FOUND, "gone");
                    }
                    return pod;
                  }),
          Set.of(JOBSET, "absent"),
          () -> wanted,
          () -> nanos);

  @AfterEach
  void close() {
    workloads.close();
  }

  private void exists(PodRef pod) {
    cluster.put(
        pod.name(),
        new ClusterApi.Pod(
            pod,
            Optional.of(new ClusterApi.Owner("Job", "train-workers-0")),
            new PodFacts(
                pod.path(),
                Optional.empty(),
                Optional.empty(),
                Map.of(JOBSET, "train", "secret", "s"),
                Map.of()),
            new PodContainers(pod.uid(), List.of())));
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      nanos += Duration.ofSeconds(2).toNanos();
      workloads.look();
    }
  }

  @Test
  void aPodIsReadOnceAndOnlyTheLabelsThatAreWantedAreKept() {
    exists(POD);
    wanted.add(POD);
    look(100);
    assertThat(read).hasSize(1);
    assertThat(workloads.known())
        .containsExactly(new PodWorkload(POD, "Job", "train-workers-0", Map.of(JOBSET, "train")));

    wanted.clear();
    look(1);
    assertThat(workloads.known()).isEmpty();
  }

  @Test
  void anotherPodOfThatNameIsNotTakenForIt() {
    exists(new PodRef("team", "train-0", "uid-2"));
    wanted.add(POD);
    look(10);
    assertThat(workloads.known()).isEmpty();
    assertThat(read).hasSize(1);
  }

  @Test
  void aServerThatIsAwayIsAskedEverMoreSeldomAndAPodThatIsGoneOnce() {
    wanted.add(POD);
    away = true;
    look(30 * 60); // an hour
    assertThat(read).hasSizeBetween(8, 12);
    away = false;
    exists(POD);
    look(30 * 10);
    assertThat(workloads.known()).hasSize(1);

    PodRef gone = new PodRef("team", "gone", "uid-3");
    wanted.add(gone);
    read.clear();
    look(1000);
    assertThat(read).containsExactly("gone");
  }

  @Test
  void thousandsOfPodsAreNeitherReadAtOnceNorAllKept() {
    IntStream.range(0, 3000).forEach(i -> wanted.add(new PodRef("team", "p" + i, "u" + i)));
    wanted.forEach(this::exists);
    look(1);
    assertThat(read).hasSize(PodWorkloads.MOST_READS);
    look(1000);
    assertThat(workloads.known()).hasSize(PodWorkloads.MOST_PODS);
  }

  @Test
  void keysThatCannotBeLabelsAreNamed() {
    assertThat(LabelNames.of(JOBSET)).isEqualTo("label_jobset_sigs_k8s_io_jobset_name");
    assertThatThrownBy(() -> LabelNames.check(List.of("a b"))).hasMessageContaining("'a b'");
    assertThatThrownBy(() -> LabelNames.check(List.of("a-b", "a.b")))
        .hasMessageContaining("'a-b' and 'a.b'");
    assertThatThrownBy(
            () -> LabelNames.check(IntStream.range(0, 21).mapToObj(i -> "k" + i).toList()))
        .hasMessageContaining("20 at most");
    LabelNames.check(List.of(JOBSET, "app", "kueue.x-k8s.io/queue-name", "ray.io/cluster"));
  }
}
