package dev.acceld.dra.kubelet;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Health that a test sets. */
final class FakeHealth implements HealthFeed {
  static final Instant SINCE = Instant.ofEpochSecond(1_700_000_000);
  final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  final AtomicInteger asked = new AtomicInteger();
  private volatile List<HealthReport> reports = List.of(healthy("gpu-0"), healthy("gpu-1"));

  static HealthReport healthy(String device) {
    return HealthReport.healthy(new DeviceName(device), SINCE);
  }

  static HealthReport report(String device, HealthReport.State state, String message) {
    return new HealthReport(
        new DeviceName(device),
        state,
        List.of(
            new HealthReport.Reason(
                "xid",
                "79",
                message,
                HealthReport.State.UNHEALTHY,
                HealthReport.Effect.NO_SCHEDULE,
                HealthReport.Action.REBOOT,
                "the node was rebooted",
                SINCE)),
        SINCE);
  }

  void set(HealthReport... now) {
    reports = List.of(now);
    listeners.forEach(Runnable::run);
  }

  @Override
  public List<HealthReport> current() {
    asked.incrementAndGet();
    return reports;
  }

  @Override
  public Subscription onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
