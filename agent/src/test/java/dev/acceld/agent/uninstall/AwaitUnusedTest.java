package dev.acceld.agent.uninstall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.cluster.ClaimUses.Use;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AwaitUnusedTest {
  private static final Use USE = new Use("ml", "train-gpus", List.of("train-0", "train-1"));

  private final List<String> said = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final AwaitUnused.Time time =
      new AwaitUnused.Time() {
        private long now;

        @Override
        public long now() {
          return now;
        }

        @Override
        public void pause(Duration pause) {
          pauses.add(pause);
          now += pause.toNanos();
        }
      };

  private boolean await(Duration timeout, AwaitUnused.Source source) throws Exception {
    return new AwaitUnused("acceld.dev", source, time, said::add).await(timeout);
  }

  @Test
  void nothingInUseIsSaidAtOnce() throws Exception {
    assertThat(await(Duration.ofMinutes(5), driver -> List.of())).isTrue();
    assertThat(pauses).isEmpty();
  }

  @Test
  void waitsForTheLastPodAndSaysWhatIsNewOnly() throws Exception {
    assertThat(await(Duration.ofMinutes(5), driver -> pauses.size() < 6 ? List.of(USE) : List.of()))
        .isTrue();
    assertThat(said).hasSize(2);
    assertThat(said.getFirst()).contains("ml/train-gpus: train-0, train-1");
    assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 15L, 15L);
  }

  @Test
  void givesUpInTimeAndNamesThePods() throws Exception {
    assertThat(await(Duration.ofSeconds(20), driver -> List.of(USE))).isFalse();
    assertThat(pauses.stream().mapToLong(Duration::toSeconds).sum()).isEqualTo(20);
    assertThat(said.getFirst()).contains("train-0");
    assertThat(said.getLast()).contains("20 s", "Terminating");
  }

  @Test
  void aMissingRightIsNotWaitedFor() throws Exception {
    assertThat(
            await(
                Duration.ofMinutes(5),
                driver -> {
                  throw new ClusterException(Reason.FORBIDDEN, "needs verb list");
                }))
        .isFalse();
    assertThat(pauses).isEmpty();
    assertThat(said).singleElement().asString().contains("needs verb list");
  }

  @Test
  void aServerThatDoesNotAnswerIsAskedAgain() throws Exception {
    assertThat(
            await(
                Duration.ofMinutes(5),
                driver -> {
                  if (pauses.size() < 3) {
                    throw new ClusterException(Reason.UNREACHABLE, "no answer");
                  }
                  return List.of();
                }))
        .isTrue();
    assertThat(said).hasSize(2);
  }

  @Test
  void aClusterThatStaysWithoutTheApiHoldsNothing() throws Exception {
    assertThat(
            await(
                Duration.ofMinutes(5),
                driver -> {
                  throw new ClusterException(Reason.UNSUPPORTED, "404");
                }))
        .isTrue();
  }

  @Test
  void aServerThatIsStartingIsNotTakenForOneWithoutTheApi() throws Exception {
    assertThat(
            await(
                Duration.ofSeconds(60),
                driver -> {
                  if (pauses.size() < 2) {
                    throw new ClusterException(Reason.UNSUPPORTED, "404");
                  }
                  return List.of(USE);
                }))
        .isFalse();
  }

  @Test
  void manyClaimsAreNotAllNamed() throws Exception {
    assertThat(await(Duration.ZERO, driver -> java.util.Collections.nCopies(25, USE))).isFalse();
    assertThat(said.getFirst()).contains("25 claims", "and 5 more");
  }
}
