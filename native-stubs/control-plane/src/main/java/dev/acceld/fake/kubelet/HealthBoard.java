package dev.acceld.fake.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The latest health of each device, by driver, as the kubelet's cache holds it. */
final class HealthBoard {
  private final Duration stale;
  private final Map<String, ReportedHealth> devices = new TreeMap<>(); // guarded by this

  HealthBoard(Duration stale) {
    this.stale = stale;
  }

  synchronized void report(List<ReportedHealth> list) {
    for (ReportedHealth one : list) {
      devices.put(one.driver() + "/" + one.pool() + "/" + one.device(), one);
    }
  }

  /** The cache's key is the driver: the end of any instance's stream empties it. */
  synchronized void forget(String driver) {
    devices.values().removeIf(one -> one.driver().equals(driver));
  }

  /** By {@code driver/pool/device}; what was not reported in time is unknown. */
  synchronized Map<String, ReportedHealth> now() {
    Map<String, ReportedHealth> view = new TreeMap<>(devices);
    Instant limit = Instant.now().minus(stale);
    view.replaceAll((key, one) ->
        one.received().isBefore(limit)
            ? new ReportedHealth(
                one.driver(),
                one.pool(),
                one.device(),
                ReportedHealth.State.UNKNOWN,
                "",
                one.received())
            : one);
    return view;
  }
}
