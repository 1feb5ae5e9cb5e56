package dev.acceld.health;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line in the log for each device whose verdict changed. */
final class HealthLog {
  private static final Logger log = LoggerFactory.getLogger(HealthAssessor.class);

  private HealthLog() {}

  static void changes(Map<DeviceName, HealthReport> before, Map<DeviceName, HealthReport> after) {
    after.forEach((device, report) -> {
      HealthReport old = before.get(device);
      if (report.reasons().isEmpty()) {
        if (old != null && !old.reasons().isEmpty()) {
          log.info("device={} is {} again", device, word(report));
        }
      } else if (!report.equals(old)) {
        log.warn(
            "device={} is {}: {}", device, word(report), report.reasons().getFirst().message());
      }
    });
  }

  private static String word(HealthReport report) {
    return report.state().toString().toLowerCase(Locale.ROOT);
  }
}
