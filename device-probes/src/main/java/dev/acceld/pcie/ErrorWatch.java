package dev.acceld.pcie;

import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.host.PciErrors;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.AerFaults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The PCIe errors of one device. What was counted before the first look at a function may be of any
 * age and is shown only; an increase is a signal. Counters that go back are evidence that the
 * device left the bus and was found anew; they begin anew with what they say then. A look that does
 * not show every function that was seen before changes nothing: what cannot be read is neither zero
 * nor new.
 */
final class ErrorWatch {
  /**
   * A sound link corrects a handful of errors a day. With this many in {@link #WINDOW} it is worth
   * a look, long before it costs speed. A choice; the specification sets no limit that a host could
   * read.
   */
  static final long MANY = 100;

  /** Over how long corrected errors are counted. */
  static final Duration WINDOW = Duration.ofMinutes(10);

  private static final long STEP_NANOS = Duration.ofSeconds(10).toNanos();

  private final DeviceName device;
  private final Optional<Duration> hold;
  private final Consumer<Signal> signals;
  private final Map<PciAddress, PciErrors> last = new HashMap<>();
  private long fatalAt;
  private boolean fatalEnded;
  private long failedAt;
  private boolean failing;
  private boolean correcting;
  private final Deque<Count> window = new ArrayDeque<>();

  private record Count(long nanos, long corrected) {}

  ErrorWatch(DeviceName device, Optional<Duration> hold, Consumer<Signal> signals) {
    this.device = device;
    this.hold = hold;
    this.signals = signals;
  }

  /**
   * Looks at what could be read.
   *
   * @param now by function
   * @return of all functions together; empty when it is not known
   */
  Optional<PciErrors> look(Map<PciAddress, PciErrors> now, Instant at, long nanos) {
    if (now.isEmpty() || !now.keySet().containsAll(last.keySet())) {
      return Optional.empty();
    }
    boolean first = last.isEmpty();
    boolean restarted = isNewer(now);
    if (now.size() > last.size()) {
      window.clear(); // a function that is seen for the first time is no burst
    }
    now.forEach(last::putIfAbsent);
    PciErrors before = sum(last);
    PciErrors total = sum(now);
    last.putAll(now);
    if (first) {
      begin(nanos);
    } else if (restarted) {
      signals.accept(new Signal.Reset(device, at));
      defect(DefectKind.PCIE_ERRORS, failing, false, "", at);
      defect(DefectKind.PCIE_CORRECTED, correcting, false, "", at);
      failing = false;
      correcting = false;
      begin(nanos);
    } else {
      fatal(total.fatal() > before.fatal(), at, nanos);
      failed(total, before, at, nanos);
    }
    corrected(total.correctable(), at, nanos);
    return Optional.of(total);
  }

  /**
   * Nobody looks for a while: what is counted meanwhile is no signal. What was told stays until the
   * looks after that say otherwise.
   */
  void pause() {
    last.clear();
  }

  /** Whether a function has been found anew. */
  private boolean isNewer(Map<PciAddress, PciErrors> now) {
    for (Map.Entry<PciAddress, PciErrors> before : last.entrySet()) {
      PciErrors then = before.getValue();
      if (now.getOrDefault(before.getKey(), then).restartedSince(then)) {
        return true;
      }
    }
    return false;
  }

  private static PciErrors sum(Map<PciAddress, PciErrors> all) {
    PciErrors sum = PciErrors.NONE;
    for (PciErrors each : all.values()) {
      sum = sum.plus(each);
    }
    return sum;
  }

  private void begin(long nanos) {
    fatalAt = nanos;
    fatalEnded = false;
    window.clear();
  }

  /** Also of a fault that an earlier process has seen: its time begins anew with this one. */
  private void fatal(boolean more, Instant at, long nanos) {
    if (more) {
      fatalAt = nanos;
      fatalEnded = false;
      signals.accept(new Signal.Fault(device, at, AerFaults.FATAL));
    } else if (!fatalEnded && isOver(fatalAt, nanos)) {
      fatalEnded = true;
      signals.accept(new Signal.FaultOver(device, at, AerFaults.FATAL));
    }
  }

  private void failed(PciErrors now, PciErrors before, Instant at, long nanos) {
    if (now.nonFatal() > before.nonFatal()) {
      failedAt = nanos;
      failing = true;
      String detail = now.nonFatal() + " non-fatal errors" + kinds(now, before);
      signals.accept(new Signal.Defect(device, at, DefectKind.PCIE_ERRORS, true, detail));
    } else if (failing && isOver(failedAt, nanos)) {
      failing = false;
      defect(DefectKind.PCIE_ERRORS, true, false, "", at);
    }
  }

  private static String kinds(PciErrors now, PciErrors before) {
    TreeMap<String, Long> more = new TreeMap<>();
    now.kinds()
        .forEach((kind, n) -> {
          if (n > before.of(kind)) {
            more.put(kind, n);
          }
        });
    return more.isEmpty() ? "" : ", lately " + String.join(", ", more.keySet());
  }

  private void corrected(long count, Instant at, long nanos) {
    while (window.size() > 1 && nanos - window.getFirst().nanos >= WINDOW.toNanos()) {
      window.removeFirst();
    }
    if (window.isEmpty() || nanos - window.getLast().nanos >= STEP_NANOS) {
      window.addLast(new Count(nanos, count));
    }
    long more = count - window.getFirst().corrected;
    if (!correcting && more >= MANY) {
      correcting = true;
      String detail = more + " in " + WINDOW.toMinutes() + " min";
      defect(DefectKind.PCIE_CORRECTED, true, true, detail, at);
    } else if (correcting && more < MANY / 2) {
      correcting = false;
      defect(DefectKind.PCIE_CORRECTED, true, false, "", at);
    }
  }

  private boolean isOver(long since, long nanos) {
    return hold.isPresent() && nanos - since >= hold.get().toNanos();
  }

  private void defect(DefectKind kind, boolean tell, boolean present, String detail, Instant at) {
    if (tell) {
      signals.accept(new Signal.Defect(device, at, kind, present, detail));
    }
  }
}
