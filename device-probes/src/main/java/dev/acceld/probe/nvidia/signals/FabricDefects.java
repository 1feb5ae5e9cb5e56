package dev.acceld.probe.nvidia.signals;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the place of a GPU in its NVLink fabric. A registration, and a recovery, takes
 * its time and is no trouble until it has lasted for {@link #PATIENCE}. What a sample does not tell
 * is as it was.
 */
final class FabricDefects {
  /** Fabric manager and subnet manager need a minute or two after a boot. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int NOT_STARTED = 1;
  private static final int IN_PROGRESS = 2;
  private static final int COMPLETED = 3;
  private static final int UNHEALTHY = 2;
  private static final int LIMITED = 3;

  /**
   * Among {@link MetricDimension#FABRIC}: a route, or access after a time-out, is being recovered.
   */
  private static final Set<Integer> PASSES = Set.of(1, 3);

  // What can be wrong, in the order in which it is told; the parts come between.
  private static final int STATUS = 0;
  private static final int BEGUN = 1;
  private static final int UNDER_WAY = 2;
  private static final int FIRST_PART = 3;
  private static final int SUMMARY = FIRST_PART + MetricDimension.FABRIC.count();

  private final Map<Integer, Instant> begun = new HashMap<>();
  private final Map<Integer, String> wrong = new TreeMap<>();

  /**
   * All that is wrong now, in words; empty when nothing is, and no value when the device says
   * nothing about a fabric.
   */
  Optional<String> look(Sample sample, Instant at) {
    if (!sample.has(Metric.FABRIC_STATE)
        && !sample.has(Metric.FABRIC_PROBLEM)
        && !sample.has(Metric.FABRIC_HEALTH)) {
      return Optional.empty();
    }
    registration(sample, at);
    for (int part = 0; part < MetricDimension.FABRIC.count(); part++) {
      double value = sample.get(Metric.FABRIC_PROBLEM, part);
      Boolean is = Double.isNaN(value) ? null : value == 1;
      String name = MetricDimension.FABRIC.names().get(part);
      if (PASSES.contains(part)) {
        lasting(FIRST_PART + part, name, is, at);
      } else {
        note(FIRST_PART + part, name, is);
      }
    }
    double summary = sample.get(Metric.FABRIC_HEALTH);
    note(
        SUMMARY,
        summary == UNHEALTHY ? "summary: unhealthy" : "summary: limited capacity",
        Double.isNaN(summary) ? null : summary == UNHEALTHY || summary == LIMITED);
    return Optional.of(String.join(", ", wrong.values()));
  }

  /** What takes its time begins anew. */
  void forgetSince() {
    begun.clear();
  }

  private void registration(Sample sample, Instant at) {
    double state = sample.get(Metric.FABRIC_STATE);
    if (Double.isNaN(state)) {
      return;
    }
    double status = sample.get(Metric.FABRIC_STATUS);
    note(
        STATUS,
        "registration ended with NVML error " + (long) status,
        state == COMPLETED && Double.isNaN(status) ? null : state == COMPLETED && status > 0);
    lasting(BEGUN, "registration has not started", state == NOT_STARTED, at);
    lasting(UNDER_WAY, "registration is in progress", state == IN_PROGRESS, at);
  }

  /** Whether that is wrong; null when nobody can tell. */
  private void note(int what, String words, @Nullable Boolean is) {
    if (is == null) {
      return;
    }
    if (is) {
      wrong.put(what, words);
    } else {
      wrong.remove(what);
    }
  }

  private void lasting(int what, String words, @Nullable Boolean is, Instant at) {
    if (is == null) {
      return;
    }
    if (!is) {
      begun.remove(what);
      wrong.remove(what);
      return;
    }
    Instant first = begun.merge(what, at, (a, b) -> a.isAfter(b) ? b : a);
    if (!first.plus(PATIENCE).isAfter(at)) {
      wrong.put(what, words + " for more than " + PATIENCE.toMinutes() + " min");
    } else {
      wrong.remove(what);
    }
  }
}
