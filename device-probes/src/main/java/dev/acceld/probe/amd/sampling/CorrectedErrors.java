package dev.acceld.probe.amd.sampling;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** Whether one GPU corrects more errors than a sound one does. */
final class CorrectedErrors {
  /**
   * A sound GPU corrects a handful of errors a day. AMD documents no limit; this is the one that
   * holds for PCIe, too.
   */
  static final long MANY = 100;

  /** Over how long they are counted. */
  static final Duration WINDOW = Duration.ofMinutes(10);

  private static final long STEP_NANOS = Duration.ofSeconds(10).toNanos();

  private final DeviceName device;
  private final Consumer<Signal> signals;
  private final Deque<Count> window = new ArrayDeque<>();
  private boolean many;

  private record Count(long nanos, long corrected) {}

  CorrectedErrors(DeviceName device, Consumer<Signal> signals) {
    this.device = device;
    this.signals = signals;
  }

  /** One more look at the counter. */
  void look(long count, Instant at, long nanos) {
    while (window.size() > 1 && nanos - window.getFirst().nanos >= WINDOW.toNanos()) {
      window.removeFirst();
    }
    if (window.isEmpty() || nanos - window.getLast().nanos >= STEP_NANOS) {
      window.addLast(new Count(nanos, count));
    }
    long more = count - window.getFirst().corrected;
    if (!many && more >= MANY) {
      tell(true, more + " in " + WINDOW.toMinutes() + " min", at);
    } else if (many && more < MANY / 2) {
      tell(false, "", at);
    }
  }

  /** The counter began anew. */
  void restart(Instant at) {
    window.clear();
    if (many) {
      tell(false, "", at);
    }
  }

  private void tell(boolean is, String detail, Instant at) {
    many = is;
    signals.accept(new Signal.Defect(device, at, DefectKind.ECC_CORRECTED, is, detail));
  }
}
