package dev.acceld.probe.tpu.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.AccessRefusedException;
import dev.acceld.vendor.PodFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Labels and annotations are anybody's: whatever they say, there is an answer or a refusal. */
class AnyPodTest {
  private static final List<String> NAMES =
      List.of(
          "batch.kubernetes.io/job-completion-index",
          "batch.kubernetes.io/job-name",
          "jobset.sigs.k8s.io/job-index",
          "jobset.sigs.k8s.io/replicatedjob-replicas",
          "leaderworkerset.sigs.k8s.io/worker-index",
          "leaderworkerset.sigs.k8s.io/group-index",
          "leaderworkerset.sigs.k8s.io/size",
          "leaderworkerset.sigs.k8s.io/subgroup-size",
          "leaderworkerset.sigs.k8s.io/subgroup-index",
          "leaderworkerset.sigs.k8s.io/leader-requests-tpus");

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "-1",
          "+1",
          "01",
          "1 ",
          "0x1",
          "1.0",
          "1e3",
          "true",
          "false",
          "null",
          "٣",
          "１",
          "999999999",
          "1000000000",
          "2147483647",
          "2147483648",
          "-2147483649",
          "99999999999999999999999999",
          "NaN",
          "\u0000",
          "\n",
          "a\nb",
          "\ud83d\ude00",
          "\ud800",
          "0,1",
          "9".repeat(300_000));

  private static final List<String> HOSTS =
      List.of(
          "",
          "a",
          "job-0",
          "job-1",
          "set-0",
          "set-0-1",
          "-1",
          "A-1",
          "ü-1",
          "a..b-1",
          ".",
          "x".repeat(64) + "-1",
          "y".repeat(300) + "-0",
          "a-1-1",
          "job-0\n");

  private final Random random = new Random(20261128);
  private int answers;

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String value() {
    return random.nextInt(3) == 0 ? any(VALUES) : Integer.toString(random.nextInt(6));
  }

  private Map<String, String> marks() {
    Map<String, String> marks = new HashMap<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      marks.put(any(NAMES), value());
    }
    return marks;
  }

  private PodFacts pod() {
    return new PodFacts(
        any(List.of("ns/p", "ns/job-1", "ns/set-0-1")),
        Optional.of(any(HOSTS)),
        Optional.of(any(HOSTS)),
        marks(),
        marks());
  }

  private SliceSettings slice() {
    int workers = random.nextInt(50) == 0 ? SliceSettings.MOST_WORKERS : 1 + random.nextInt(5);
    List<String> names = new ArrayList<>();
    for (int i = 0; random.nextInt(4) == 0 && i < workers; i++) {
      names.add("job-" + i);
    }
    return new SliceSettings(
        "4x4", workers, names.size() == workers ? names : List.of(), OptionalInt.empty());
  }

  @Test
  void isAWorkerOfTheSliceOrRefused() {
    for (int i = 0; i < 40_000; i++) {
      SliceSettings slice = slice();
      try {
        SliceSettings worker = PodWorker.complete(slice, pod());
        answers++;
        assertThat(worker.complete()).isTrue();
        assertThat(worker.workerId().getAsInt()).isBetween(0, slice.workers() - 1);
        assertThat(worker.hostnames()).hasSize(slice.workers());
        assertThat(HostNames.fault(worker.hostnames())).isEmpty();
      } catch (AccessRefusedException e) {
        assertThat(e.getMessage())
            .startsWith("TpuConfig slice.")
            .hasSizeLessThan(1_000)
            .doesNotContainPattern("\\p{Cntrl}");
      }
    }
    assertThat(answers).isGreaterThan(100);
  }
}
