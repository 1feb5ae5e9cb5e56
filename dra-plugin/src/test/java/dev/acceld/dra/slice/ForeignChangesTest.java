package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForeignChangesTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final ForeignChanges contest =
      new ForeignChanges(new PublisherSettings("acceld.dev", "n", Path.of("state")));
  private long now;

  @Test
  void aFightSlowsDownToMinutes() {
    long before = 0;
    for (int i = 0; i < 30; i++) {
      long pause = round();
      assertThat(pause).isGreaterThanOrEqualTo(before);
      before = pause;
    }
    assertThat(before).isEqualTo(300 * SECOND);
    assertThat(contest.what()).contains("acceld.dev", "node n");
  }

  @Test
  void theFirstRepairsComeAtOnceAndSoDoThoseAfterAPeace() {
    for (int i = 0; i < 4; i++) {
      assertThat(round()).isEqualTo(SECOND / 5);
    }
    for (int i = 0; i < 10; i++) {
      round();
    }
    now += 2_000 * SECOND;
    contest.compared(now, false);
    assertThat(contest.what()).isEmpty();
    assertThat(round()).isEqualTo(SECOND / 5);
  }

  @Test
  void labelsOfOthersAreNoFight() {
    for (int i = 0; i < 100; i++) {
      now += contest.changed(now);
      contest.compared(now, false);
    }
    assertThat(contest.what()).isEmpty();
    assertThat(contest.changed(now)).isEqualTo(SECOND / 5);
  }

  /** Somebody changes it, it is put right, and he is back in a tenth of a second. */
  private long round() {
    now += SECOND / 10;
    long pause = contest.changed(now);
    now += pause;
    contest.compared(now, true);
    return pause;
  }
}
