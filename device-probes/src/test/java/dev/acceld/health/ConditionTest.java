package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.faultstore.Onset;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ConditionTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicReference<String> boot = new AtomicReference<>("boot-1");
  private final Condition condition = new Condition(boot::get);

  @Test
  void carriesTheWallClockAndTheBootOfItsBegin() {
    condition.raise(NOW, "first", 0);
    boot.set("boot-2");
    condition.raise(NOW.plusSeconds(5), "second", 5 * SECOND);

    assertThat(condition.onset()).isEqualTo(new Onset(NOW, "boot-1"));
    assertThat(condition.detail()).isEqualTo("first");
  }

  @Test
  void beginsAnewAfterItsEnd() {
    condition.raise(NOW, "first", 0);
    condition.clear(SECOND);
    boot.set("boot-2");
    condition.raise(NOW.plusSeconds(2), "second", 2 * SECOND);

    assertThat(condition.onset()).isEqualTo(new Onset(NOW.plusSeconds(2), "boot-2"));
  }

  @Test
  void goesOnWithTheBeginThatAnotherProcessSaw() {
    Onset began = new Onset(NOW.minusSeconds(3600), "boot-1");
    condition.resume(began, 0);
    condition.raise(NOW, "again", SECOND);

    assertThat(condition.onset()).isEqualTo(began);
    assertThat(condition.isRaised()).isTrue();
  }

  @Test
  void keepsItsBeginWhileItFlaps() {
    for (int i = 0; i <= Condition.CALM; i++) {
      condition.raise(NOW.plusSeconds(i), "flap", i * SECOND);
      condition.clear(i * SECOND + 1);
    }
    condition.raise(NOW.plusSeconds(20), "flap", 20 * SECOND);

    assertThat(condition.onset()).isEqualTo(new Onset(NOW.plusSeconds(Condition.CALM), "boot-1"));
  }
}
