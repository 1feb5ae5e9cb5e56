package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.Entry;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** One reading, from the answers of all endpoints of a workload. */
final class ReadingAssembler {
  /** In this order they tell which devices there are: memory is told for each of them. */
  private static final List<RuntimeMetric> GAUGES =
      List.of(
          RuntimeMetric.HBM_TOTAL,
          RuntimeMetric.HBM_USED,
          RuntimeMetric.HBM_BANDWIDTH,
          RuntimeMetric.IDLE,
          RuntimeMetric.DUTY_CYCLE,
          RuntimeMetric.QUEUE);

  private final ExpectedChips expected;
  private final List<EndpointAnswer> answers;
  private final Map<RuntimeMetric, List<SortedMap<Long, Double>>> gauges =
      new EnumMap<>(RuntimeMetric.class);

  ReadingAssembler(ExpectedChips expected, List<EndpointAnswer> answers) {
    this.expected = expected;
    this.answers = answers;
    for (RuntimeMetric metric : GAUGES) {
      gauges.put(metric, answers.stream().map(a -> DeviceIds.numbers(a, metric)).toList());
    }
  }

  RuntimeReading at(Instant now) {
    List<ChipMetrics> chips = chips();
    List<ProcessMetrics> processes = answers.stream().map(ReadingAssembler::process).toList();
    Problems problems = new Problems();
    answers.forEach(answer -> answer.problems().list().forEach(problems::add));
    return new RuntimeReading(now, chips, processes, problems.list());
  }

  private List<ChipMetrics> chips() {
    for (RuntimeMetric metric : GAUGES) {
      List<SortedSet<Long>> ids = new ArrayList<>();
      for (SortedMap<Long, Double> byDevice : gauges.getOrDefault(metric, List.of())) {
        ids.add(new TreeSet<>(byDevice.keySet()));
      }
      if (ids.stream().anyMatch(listed -> !listed.isEmpty())) {
        Optional<ChipLayout> layout =
            ChipLayout.of(
                expected.count(),
                devices(metric),
                ids,
                reason -> teller(ids).problem(metric, reason));
        return layout
            .map(l -> new ChipAssembler(expected.count(), answers, gauges, l).chips(metric))
            .orElseGet(this::none);
      }
    }
    return none();
  }

  private List<ChipMetrics> none() {
    return Collections.nCopies(expected.count(), ChipMetrics.EMPTY);
  }

  /** On v2 and v3 the duty cycle is told once for both devices of a chip. */
  private SortedSet<Integer> devices(RuntimeMetric metric) {
    SortedSet<Integer> devices = expected.devices();
    if (metric != RuntimeMetric.HBM_TOTAL && metric != RuntimeMetric.HBM_USED) {
      devices.add(1);
    }
    return devices;
  }

  private EndpointAnswer teller(List<SortedSet<Long>> ids) {
    for (int e = 0; e < ids.size(); e++) {
      if (!ids.get(e).isEmpty()) {
        return answers.get(e);
      }
    }
    return answers.getFirst();
  }

  private static ProcessMetrics process(EndpointAnswer answer) {
    OptionalDouble uptime = OptionalDouble.empty();
    Map<String, String> framework = Map.of();
    for (Entry entry : answer.entries(RuntimeMetric.UPTIME)) {
      if (good(answer, RuntimeMetric.UPTIME, entry) && uptime.isEmpty()) {
        uptime = entry.number();
        framework = entry.attributes();
      }
    }
    List<ErrorGauge> errors = new ArrayList<>();
    for (RuntimeMetric metric : List.of(RuntimeMetric.SLICE_ERROR, RuntimeMetric.MEGASCALE_ERROR)) {
      for (Entry entry : answer.entries(metric)) {
        double value = entry.number().orElse(Double.NaN);
        if (good(answer, metric, entry) && value > 0) {
          errors.add(new ErrorGauge(metric.wireName(), value, entry.attributes()));
        }
      }
    }
    return new ProcessMetrics(
        answer.endpoint(),
        answer.state(),
        uptime,
        framework,
        errors,
        answer.transfers(),
        answer.cores());
  }

  private static boolean good(EndpointAnswer answer, RuntimeMetric metric, Entry entry) {
    Optional<String> objection = GaugeRules.objection(metric, entry.number().orElse(Double.NaN));
    objection.ifPresent(why -> answer.problem(metric, why));
    return objection.isEmpty();
  }
}
