package dev.acceld.probe.nvidia.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.Signal;
import dev.acceld.probe.nvidia.session.DriverEvent;
import dev.acceld.vendor.FaultSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationalEventSignalsTest {
  private static final DeviceName GPU = new DeviceName("gpu-1");
  private static final DeviceName OTHER = new DeviceName("gpu-2");
  private static final Instant T = Instant.ofEpochSecond(1_000_000);
  private static final int FATAL = 40;
  private static final int CORRECTED = 20;

  private final SignalTracker tracker = new SignalTracker();
  private final OperationalEventSignals signals = new OperationalEventSignals(tracker);

  private List<String> taken(DeviceName gpu, int code, int severity, Instant at, Long... xids) {
    signals.take(
        gpu,
        new DriverEvent.Operational("", "GPU-RAS", code, severity, 0, 0, 0, 7, List.of(xids), at));
    return tracker.drain().stream()
        .map(Signal.Fault.class::cast)
        .map(fault -> fault.source() + " " + fault.code().signal())
        .toList();
  }

  @Test
  void codesBeyondTheMaximumAreOneAndKeepTheirSeverity() {
    for (int code = 0; code < OperationalEventSignals.MOST_CODES; code++) {
      assertThat(taken(GPU, code, CORRECTED, T)).singleElement().asString().contains("GPU-RAS-0x");
    }
    assertThat(taken(GPU, 4711, FATAL, T)).containsExactly("SOLE operational-event-MORE.fatal");
    assertThat(taken(GPU, 4712, CORRECTED, T))
        .containsExactly("SOLE operational-event-MORE.corrected");
    assertThat(taken(GPU, 1, FATAL, T))
        .containsExactly("SOLE operational-event-GPU-RAS-0x0001.fatal");
    assertThat(taken(OTHER, 4711, FATAL, T))
        .containsExactly("SOLE operational-event-GPU-RAS-0x1267.fatal");
  }

  @Test
  void aGroupIsKnownForMinutesAndUntilTheDriverIsLoadedAnew() {
    List<String> again = List.of(FaultSource.SECOND_EVENT + " xid-79");
    assertThat(taken(GPU, 3, FATAL, T, 79L)).isEqualTo(again);
    assertThat(taken(GPU, 3, FATAL, T.plusSeconds(1), 79L)).isEmpty();
    assertThat(taken(OTHER, 3, FATAL, T, 79L)).isEqualTo(again);
    Instant late = T.plus(KnownGroups.KEPT);
    assertThat(taken(GPU, 3, FATAL, late.minus(Duration.ofMillis(1)), 79L)).isEmpty();
    assertThat(taken(GPU, 3, FATAL, late, 79L)).isEqualTo(again);
    assertThat(taken(GPU, 3, FATAL, late, 79L)).isEmpty();
    signals.forgetGroups();
    assertThat(taken(GPU, 3, FATAL, late, 79L)).isEqualTo(again);
  }

  @Test
  void anXidCountsOnceAnEventAndZeroIsNone() {
    assertThat(taken(GPU, 3, FATAL, T, 0L, 79L, 79L))
        .containsExactly(FaultSource.SECOND_EVENT + " xid-79");
    assertThat(taken(GPU, 4, FATAL, T, 0L)).singleElement().asString().contains("GPU-RAS-0x0004");
  }
}
