package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.CoreState;
import dev.acceld.probe.tpu.runtime.answer.Distribution;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** The chips of a workload, from what its endpoints tell of devices and cores. */
final class ChipAssembler {
  private final int chips;
  private final List<EndpointAnswer> answers;
  private final Map<RuntimeMetric, List<SortedMap<Long, Double>>> gauges;
  private final ChipLayout layout;

  /**
   * One reading.
   *
   * @param gauges by endpoint, in the order of the answers
   */
  ChipAssembler(
      int chips,
      List<EndpointAnswer> answers,
      Map<RuntimeMetric, List<SortedMap<Long, Double>>> gauges,
      ChipLayout layout) {
    this.chips = chips;
    this.answers = answers;
    this.gauges = gauges;
    this.layout = layout;
  }

  /** All chips; reasons for what is missing go to the answers' problems. */
  List<ChipMetrics> chips(RuntimeMetric listing) {
    Spread<Endpoint> endpoints = new Spread<>(layout, chips);
    Spread<Long> ids = new Spread<>(layout, chips);
    for (int e = 0; e < answers.size(); e++) {
      SortedMap<Long, Endpoint> told = new TreeMap<>();
      SortedMap<Long, Long> own = new TreeMap<>();
      for (long id : of(listing).get(e).keySet()) {
        told.put(id, answers.get(e).endpoint());
        own.put(id, id);
      }
      endpoints.add(e, told, false, reason -> {});
      ids.add(e, own, false, reason -> {});
    }
    double[] total = values(RuntimeMetric.HBM_TOTAL);
    double[] used = used(total);
    double[] duty = values(RuntimeMetric.DUTY_CYCLE);
    double[] bandwidth = values(RuntimeMetric.HBM_BANDWIDTH);
    double[] idle = values(RuntimeMetric.IDLE);
    double[] queue = values(RuntimeMetric.QUEUE);
    List<Map<String, Distribution>> execution = execution();
    List<List<String>> errors = coreErrors();
    List<ChipMetrics> all = new ArrayList<>();
    for (int chip = 0; chip < chips; chip++) {
      all.add(
          new ChipMetrics(
              endpoints.of(chip).stream().findFirst(),
              ids.of(chip),
              whole(total[chip]),
              whole(used[chip]),
              real(duty[chip]),
              real(bandwidth[chip]),
              real(idle[chip]),
              whole(queue[chip]),
              execution.get(chip),
              errors.get(chip)));
    }
    return all;
  }

  private List<SortedMap<Long, Double>> of(RuntimeMetric metric) {
    return gauges.getOrDefault(metric, List.of());
  }

  /** By chip; NaN where there is none. */
  private double[] values(RuntimeMetric metric) {
    boolean memory = metric == RuntimeMetric.HBM_TOTAL || metric == RuntimeMetric.HBM_USED;
    Spread<Double> spread = new Spread<>(layout, chips);
    for (int e = 0; e < answers.size(); e++) {
      EndpointAnswer answer = answers.get(e);
      spread.add(e, of(metric).get(e), memory, why -> answer.problem(metric, why));
    }
    double[] values = new double[chips];
    for (int chip = 0; chip < chips; chip++) {
      List<Double> devices = spread.of(chip);
      values[chip] = devices.isEmpty() ? Double.NaN : GaugeRules.together(metric, devices);
    }
    return values;
  }

  /** Not more than there is. */
  private double[] used(double[] total) {
    double[] used = values(RuntimeMetric.HBM_USED);
    for (int chip = 0; chip < chips; chip++) {
      if (used[chip] > total[chip]) {
        used[chip] = Double.NaN;
        EndpointAnswer teller = teller(chip);
        teller.problem(RuntimeMetric.HBM_USED, "it is more than the total");
      }
    }
    return used;
  }

  private EndpointAnswer teller(int chip) {
    for (int e = 0; e < answers.size(); e++) {
      Optional<ChipLayout.Share> share = layout.shares().get(e);
      if (share.isPresent()
          && chip >= share.get().first()
          && chip < share.get().first() + share.get().chips()) {
        return answers.get(e);
      }
    }
    return answers.getFirst();
  }

  private List<Map<String, Distribution>> execution() {
    Spread<CoreTypes> spread = new Spread<>(layout, chips);
    for (int e = 0; e < answers.size(); e++) {
      EndpointAnswer answer = answers.get(e);
      spread.add(
          e,
          DeviceIds.distributions(answer, RuntimeMetric.EXECUTION),
          false,
          why -> answer.problem(RuntimeMetric.EXECUTION, why));
    }
    List<Map<String, Distribution>> all = new ArrayList<>();
    for (int chip = 0; chip < chips; chip++) {
      CoreTypes sum = new CoreTypes();
      EndpointAnswer teller = teller(chip);
      for (CoreTypes device : spread.of(chip)) {
        sum.add(device, why -> teller.problem(RuntimeMetric.EXECUTION, why));
      }
      all.add(sum.summary());
    }
    return all;
  }

  /** Cores tell their chip's number, in whatever way libtpu counts: again only the order counts. */
  private List<List<String>> coreErrors() {
    Spread<List<String>> spread = new Spread<>(layout, chips);
    for (int e = 0; e < answers.size(); e++) {
      SortedMap<Long, List<String>> byChip = new TreeMap<>();
      boolean known = true;
      for (CoreState core : answers.get(e).cores()) {
        known &= core.chipId().isPresent();
        List<String> errors =
            byChip.computeIfAbsent((long) core.chipId().orElse(-1), id -> new ArrayList<>());
        core.error().ifPresent(errors::add);
      }
      if (known) {
        spread.add(e, byChip, false, reason -> {}); // they are in the process's cores
      }
    }
    List<List<String>> all = new ArrayList<>();
    for (int chip = 0; chip < chips; chip++) {
      all.add(spread.of(chip).stream().flatMap(List::stream).distinct().toList());
    }
    return all;
  }

  private static OptionalLong whole(double value) {
    return Double.isNaN(value) ? OptionalLong.empty() : OptionalLong.of((long) value);
  }

  private static OptionalDouble real(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
