package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.Signal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TroubleTest {
  private static final DeviceName GPU = new DeviceName("gpu-1");
  private static final Instant T = Instant.ofEpochSecond(1_000_000);

  private final Trouble trouble = new Trouble();

  @Test
  void aLossIsToldOnceAndSoIsItsEnd() {
    trouble.answers(GPU, T);
    trouble.lost(GPU, T, "first");
    trouble.lost(GPU, T, "second");
    assertThat(trouble.isLost(GPU)).isTrue();
    trouble.answers(GPU, T);
    trouble.answers(GPU, T);
    assertThat(trouble.drain())
        .containsExactly(new Signal.Lost(GPU, T, "first"), new Signal.Answers(GPU, T));
    assertThat(trouble.anyLost()).isFalse();
    assertThat(trouble.drain()).isEmpty();
  }

  @Test
  void theFirstActionAndEachChangeIsTold() {
    trouble.action(GPU, T, 0);
    trouble.action(GPU, T, 1);
    trouble.action(GPU, T, 1);
    trouble.action(GPU, T, 2);
    trouble.action(GPU, T, 0);
    assertThat(trouble.drain())
        .containsExactly(
            new Signal.RecoveryAction(GPU, T, 1),
            new Signal.RecoveryAction(GPU, T, 2),
            new Signal.RecoveryAction(GPU, T, 0));
  }

  @Test
  void everyXidIsTold() {
    trouble.xid(GPU, T, 31);
    trouble.xid(GPU, T, 31);
    assertThat(trouble.drain()).hasSize(2).containsOnly(new Signal.Xid(GPU, T, 31));
  }
}
