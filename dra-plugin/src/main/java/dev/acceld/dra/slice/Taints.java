package dev.acceld.dra.slice;

import dev.acceld.device.HealthReport;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From what is wrong with a device to the taints that tell the scheduler. */
final class Taints {
  static final String DOMAIN = Taint.DOMAIN;
  static final String NO_SCHEDULE = HealthReport.Effect.NO_SCHEDULE.id();
  static final String NONE = HealthReport.Effect.NONE.id();

  /** Of 1.35 and later; 1.34 allowed four, but drops taints anyway unless asked not to. */
  private static final int MAX = 16;

  private Taints() {}

  /**
   * One taint for each reason, the gravest first, with the effect that its rule has. What is only
   * reported is left out: an application could otherwise have the slice written at will.
   */
  static List<Taint> of(HealthReport report) {
    List<Taint> taints = new ArrayList<>();
    for (HealthReport.Reason r : report.reasons()) {
      if (r.effect() == HealthReport.Effect.NO_TAINT) {
        continue;
      }
      String key = DOMAIN + label(r.code());
      String effect = r.effect().id();
      boolean known =
          taints.stream().anyMatch(t -> t.key().equals(key) && t.effect().equals(effect));
      if (!known && taints.size() < MAX && key.length() > DOMAIN.length()) {
        taints.add(new Taint(key, label(r.value()), effect, Optional.empty()));
      }
    }
    return taints;
  }

  /** The device is not there any more. */
  static Taint lost() {
    return new Taint(DOMAIN + "device-lost", "", NO_SCHEDULE, Optional.empty());
  }

  /** True when the scheduler would pass the device by. */
  static boolean blocked(List<Taint> taints) {
    return taints.stream().anyMatch(t -> !t.effect().equals(NONE));
  }

  /** What is left of a text in a label: 63 letters, digits, inner '-', '_' and '.'. */
  static String label(String text) {
    String s = text.replaceAll("[^A-Za-z0-9._-]", "-");
    s = s.length() > 63 ? s.substring(0, 63) : s;
    return s.replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
  }
}
