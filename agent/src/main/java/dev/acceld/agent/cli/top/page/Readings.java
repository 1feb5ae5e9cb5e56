package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.device.MetricDimension;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The readings of one device in an answer; NaN for what it does not have. */
final class Readings {
  /** What holds no clock down that somebody wants high. */
  private static final Set<String> ORDINARY = Set.of("idle", "application-clocks", "display");

  private final JsonNode device;
  private final JsonNode history;

  Readings(JsonNode node, JsonNode device) {
    this.device = device;
    this.history = node.path("history").path(device.path("name").asText());
  }

  double get(String metric) {
    return Texts.number(device.path("readings").path(metric));
  }

  /** How busy it is: a partition tells it as the share of its engines' time. */
  double utilization() {
    double whole = get("utilization");
    return Double.isNaN(whole) ? get("graphics_active") : whole;
  }

  double memoryTotal() {
    double read = get("memory_total");
    return Double.isNaN(read) ? Texts.number(device.path("memoryBytes")) : read;
  }

  /** What holds the clocks down. */
  List<String> throttled() {
    List<String> reasons = new ArrayList<>();
    for (String reason : MetricDimension.REASON.names()) {
      if (!ORDINARY.contains(reason) && get("clock_reason." + reason) > 0) {
        reasons.add(reason);
      }
    }
    return reasons;
  }

  /** Whether it tells what decides about its clocks. */
  boolean tellsThrottling() {
    return MetricDimension.REASON.names().stream()
        .anyMatch(reason -> !Double.isNaN(get("clock_reason." + reason)));
  }

  /** The last ten minutes of a series; empty when there are none. */
  List<Double> trend(String series) {
    JsonNode values = history.path(series);
    List<Double> all = new ArrayList<>(values.size());
    values.forEach(value -> all.add(Texts.number(value)));
    return all;
  }

  /** Of those that are there; NaN when none is. */
  static double mean(List<Double> values) {
    return values.stream()
        .mapToDouble(Double::doubleValue)
        .filter(v -> !Double.isNaN(v))
        .average()
        .orElse(Double.NaN);
  }

  List<Double> utilizationTrend() {
    List<Double> whole = trend("utilization");
    return whole.isEmpty() ? trend("graphics_active") : whole;
  }

  /**
   * What several devices do together; only those count that have a value.
   *
   * @param utilization the mean; NaN when none has one
   * @param memory the sum of bytes in use; NaN when none has one
   * @param trend the mean utilization of the last ten minutes
   */
  record Together(double utilization, double memory, List<Double> trend) {

    static Together of(Answer answer, List<String> devices) {
      List<Double> busy = new ArrayList<>();
      List<Double> bytes = new ArrayList<>();
      List<List<Double>> trends = new ArrayList<>();
      for (JsonNode device : answer.devices()) {
        if (devices.contains(device.path("name").asText())) {
          Readings readings = new Readings(answer.node(), device);
          busy.add(readings.utilization());
          bytes.add(readings.get("memory_used"));
          trends.add(readings.utilizationTrend());
        }
      }
      int columns = trends.stream().mapToInt(List::size).max().orElse(0);
      List<Double> trend = new ArrayList<>(columns);
      for (int i = 0; i < columns; i++) {
        List<Double> column = new ArrayList<>();
        for (List<Double> each : trends) {
          column.add(i < each.size() ? each.get(i) : Double.NaN);
        }
        trend.add(mean(column));
      }
      return new Together(mean(busy), sum(bytes), trend);
    }

    static double sum(List<Double> values) {
      List<Double> there = values.stream().filter(v -> !Double.isNaN(v)).toList();
      return there.isEmpty() ? Double.NaN : there.stream().mapToDouble(Double::doubleValue).sum();
    }
  }
}
