package dev.acceld.dra.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LivenessTest {
  private static final Path SOCKET = Path.of("/var/lib/kubelet/plugins_registry/a.sock");
  private final AtomicLong time = new AtomicLong();
  private final Liveness liveness = new Liveness(time::get);

  private void pass(long seconds) {
    time.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void aLostSocketIsATroubleOnlyWhenItStaysLost() {
    assertThat(liveness.problem(SOCKET)).isEmpty();
    pass(9);
    assertThat(liveness.problem(SOCKET)).isEmpty();
    assertThat(liveness.problem(null)).isEmpty(); // put back: what comes later is another loss
    pass(9);
    assertThat(liveness.problem(SOCKET)).isEmpty();
    pass(11);
    assertThat(liveness.problem(SOCKET)).get().asString().contains(SOCKET.toString());
    assertThat(liveness.problem(null)).isEmpty();
  }

  @Test
  void aSilentThreadIsATrouble() {
    pass(29);
    assertThat(liveness.problem(null)).isEmpty();
    liveness.heard();
    pass(29);
    assertThat(liveness.problem(null)).isEmpty();
    pass(2);
    assertThat(liveness.problem(null)).get().asString().contains("does not respond");
  }
}
