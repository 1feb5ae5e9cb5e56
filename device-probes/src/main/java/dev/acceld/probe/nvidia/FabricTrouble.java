package dev.acceld.probe.nvidia;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.Parts;
import dev.acceld.device.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What is wrong with the places of GPUs in their NVLink fabric. A registration, and a recovery,
 * takes its time and is no trouble until it has lasted for {@link #PATIENCE}.
 */
final class FabricTrouble {
  /** Fabric manager and subnet manager need a minute or two after a boot. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int NOT_STARTED = 1;
  private static final int IN_PROGRESS = 2;
  private static final int COMPLETED = 3;
  private static final int UNHEALTHY = 2;
  private static final int LIMITED = 3;

  /** Among {@link Parts#FABRIC}: a route, or access after a time-out, is being recovered. */
  private static final Map<Integer, Boolean> PASSES = Map.of(1, true, 3, true);

  private final Map<DeviceName, Map<String, Instant>> since = new HashMap<>();

  /**
   * All that is wrong now, in words; empty when nothing is, and no value when the device says
   * nothing about a fabric.
   */
  Optional<String> of(DeviceName device, Sample sample, Instant at) {
    if (!sample.has(Metric.FABRIC_STATE)) {
      return Optional.empty();
    }
    Map<String, Instant> begun = since.computeIfAbsent(device, d -> new HashMap<>());
    StringJoiner problems = new StringJoiner(", ");
    double state = sample.get(Metric.FABRIC_STATE);
    double status = sample.get(Metric.FABRIC_STATUS);
    if (state == COMPLETED && status > 0) {
      problems.add("registration ended with NVML error " + (long) status);
    }
    lasting(begun, "registration has not begun", state == NOT_STARTED, at, problems);
    lasting(begun, "registration is under way", state == IN_PROGRESS, at, problems);
    for (int part = 0; part < Parts.FABRIC.count(); part++) {
      boolean is = sample.get(Metric.FABRIC_PROBLEM, part) == 1;
      String name = Parts.FABRIC.names().get(part);
      if (PASSES.containsKey(part)) {
        lasting(begun, name, is, at, problems);
      } else if (is) {
        problems.add(name);
      }
    }
    double summary = sample.get(Metric.FABRIC_HEALTH);
    if (summary == UNHEALTHY || summary == LIMITED) {
      problems.add(summary == UNHEALTHY ? "summary: unhealthy" : "summary: limited capacity");
    }
    return Optional.of(problems.toString());
  }

  /** Nothing of before counts for it. */
  void forget(DeviceName device) {
    since.remove(device);
  }

  private static void lasting(
      Map<String, Instant> begun, String what, boolean is, Instant at, StringJoiner problems) {
    if (!is) {
      begun.remove(what);
      return;
    }
    Instant first = begun.merge(what, at, (a, b) -> a.isAfter(b) ? b : a);
    if (!first.plus(PATIENCE).isAfter(at)) {
      problems.add(what + " for more than " + PATIENCE.toMinutes() + " min");
    }
  }
}
