package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.CoreState;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one endpoint tells of the process that serves it, as opposed to its chips.
 *
 * @param endpoint where
 * @param state whether it answers
 * @param uptimeSeconds how long libtpu has run in it
 * @param framework {@code ml_framework_name}, {@code ml_framework_version}
 * @param errors faults that it reports at the moment
 * @param transfers transfers and calls since its start
 * @param cores its cores, by number; empty where libtpu is too old to tell
 */
public record ProcessMetrics(
    Endpoint endpoint,
    State state,
    OptionalDouble uptimeSeconds,
    Map<String, String> framework,
    List<ErrorGauge> errors,
    List<TransferMetrics> transfers,
    List<CoreState> cores) {

  /** Whether an endpoint answers. */
  public enum State {
    /** Nothing listens there: no workload runs, or its libtpu has not started. No fault. */
    NOT_SERVING,
    /** It answers, though perhaps not everything that it says makes sense. */
    ANSWERS,
    /** Something listens there and does not do what libtpu does; the problems say what. */
    FAILS
  }

  /** Takes copies. */
  public ProcessMetrics {
    framework = Map.copyOf(framework);
    errors = List.copyOf(errors);
    transfers = List.copyOf(transfers);
    cores = List.copyOf(cores);
  }
}
