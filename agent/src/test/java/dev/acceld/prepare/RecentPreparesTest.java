package dev.acceld.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.cluster.ClaimRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentPreparesTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  private final AtomicLong nanos = new AtomicLong(1_000_000);
  private final RecentPrepares prepares = new RecentPrepares(InstantSource.fixed(NOW), nanos::get);

  private static ClaimRef claim(int number) {
    return new ClaimRef("team-a", "claim-" + number, "uid-" + number);
  }

  private void step(ClaimRef claim, Phase phase, long took, boolean ok) {
    prepares.began(claim, Operation.PREPARE, phase);
    nanos.addAndGet(took);
    prepares.ended(claim, Operation.PREPARE, phase, took, ok);
  }

  private void total(ClaimRef claim, boolean ok) {
    prepares.ended(claim, Operation.PREPARE, Phase.TOTAL, 0, ok);
  }

  @Test
  void keepsStepsWithTheirPlacesInTime() {
    ClaimRef claim = claim(1);
    prepares.began(claim, Operation.PREPARE, Phase.TOTAL);
    step(claim, Phase.GET, 30, true);
    prepares.began(claim, Operation.PREPARE, Phase.LOCK);
    nanos.addAndGet(5);
    step(claim, Phase.CDI, 7, false);
    prepares.ended(claim, Operation.PREPARE, Phase.LOCK, 12, false);
    total(claim, false);
    assertThat(prepares.latest())
        .singleElement()
        .satisfies(p -> {
          assertThat(p.claim()).isEqualTo(claim);
          assertThat(p.begun()).isEqualTo(NOW);
          assertThat(p.nanos()).isEqualTo(42);
          assertThat(p.ok()).isFalse();
          assertThat(p.steps())
              .containsExactly(
                  new Prepare.Step(Phase.GET, 0, 0, 30, true),
                  new Prepare.Step(Phase.LOCK, 0, 30, 12, false),
                  new Prepare.Step(Phase.CDI, 1, 35, 7, false));
        });
  }

  @Test
  void keepsTheLatestOnlyAndShowsThemFirst() {
    for (int i = 0; i < RecentPrepares.MOST + 7; i++) {
      prepares.began(claim(i), Operation.PREPARE, Phase.TOTAL);
      total(claim(i), true);
    }
    assertThat(prepares.latest()).hasSize(RecentPrepares.MOST);
    assertThat(prepares.latest().getFirst().claim()).isEqualTo(claim(RecentPrepares.MOST + 6));
    assertThat(prepares.latest().getLast().claim()).isEqualTo(claim(7));
  }

  @Test
  void whatIsNoPrepareIsNotKept() {
    prepares.began(claim(1), Operation.UNPREPARE, Phase.TOTAL);
    prepares.ended(claim(1), Operation.UNPREPARE, Phase.TOTAL, 5, true);
    step(claim(2), Phase.CDI, 3, true); // files are renewed outside any
    assertThat(prepares.latest()).isEmpty();
  }

  @Test
  void preparesOnSeveralThreadsDoNotMix() throws Exception {
    prepares.began(claim(1), Operation.PREPARE, Phase.TOTAL);
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              prepares.began(claim(1), Operation.PREPARE, Phase.TOTAL);
              step(claim(1), Phase.GET, 3, true);
              total(claim(1), true);
            });
    other.join();
    total(claim(1), false);
    assertThat(prepares.latest()).extracting(Prepare::ok).containsExactly(false, true);
    assertThat(prepares.latest()).extracting(p -> p.steps().size()).containsExactly(0, 1);
  }
}
