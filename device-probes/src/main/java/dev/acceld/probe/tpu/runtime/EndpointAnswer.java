package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.CoreState;
import dev.acceld.probe.tpu.runtime.answer.Entry;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one endpoint told in one round. What is large is made small as it arrives. Not safe for
 * threads; not changed any more once the round is over.
 */
final class EndpointAnswer {
  /** Of 64 chips, with two TensorCores and four SparseCores each. */
  private static final int MOST_CORES = 384;

  private final Endpoint endpoint;
  private final Map<RuntimeMetric, List<Entry>> entries = new EnumMap<>(RuntimeMetric.class);
  private final List<TransferMetrics> transfers = new ArrayList<>();
  private List<CoreState> cores = List.of();
  private final Problems problems = new Problems();
  private ProcessMetrics.State state = ProcessMetrics.State.NOT_SERVING;

  EndpointAnswer(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** The entries of a metric that is not a {@link RuntimeMetric.Kind#TRANSFER}. */
  List<Entry> entries(RuntimeMetric metric) {
    return entries.getOrDefault(metric, List.of());
  }

  List<TransferMetrics> transfers() {
    return transfers;
  }

  List<CoreState> cores() {
    return cores;
  }

  Problems problems() {
    return problems;
  }

  ProcessMetrics.State state() {
    return state;
  }

  void state(ProcessMetrics.State now) {
    this.state = now;
  }

  void put(RuntimeMetric metric, List<Entry> values) {
    int most = metric.kind().mostEntries();
    if (values.size() > most) {
      problem(metric, "it has more than " + most + " entries");
    }
    switch (metric.kind()) {
      case TRANSFER ->
          TransferMetrics.of(metric, values, reason -> problem(metric, reason))
              .ifPresent(transfers::add);
      case DEVICE, EXECUTION -> entries.put(metric, values.size() > most ? List.of() : values);
      case ERROR, PROCESS ->
          entries.put(metric, List.copyOf(values.subList(0, Math.min(most, values.size()))));
    }
  }

  void put(List<CoreState> states) {
    if (states.size() > MOST_CORES) {
      problem("state of the cores: it has more than " + MOST_CORES + " cores");
    } else {
      cores = states;
    }
  }

  /**
   * Says why a reading is missing.
   *
   * @param reason {@code it is negative for device 3}
   */
  void problem(RuntimeMetric metric, String reason) {
    problem(metric.wireName() + ": " + reason);
  }

  /** Says what is wrong with the endpoint as a whole. */
  void problem(String reason) {
    problems.add(endpoint + ": " + reason);
  }
}
