package dev.acceld.probe.tpu.runtime;

import java.util.Map;

/**
 * A fault that a workload reports: of its slice, or of the connections between slices.
 *
 * @param metric libtpu's name: {@code slice.error.detected.gauge}, {@code
 *     megascale.error.detected.gauge}
 * @param value what it counts; never 0
 * @param attributes {@code error_type}, {@code error_message}, {@code session_id}, {@code topology}
 *     and others, in libtpu's words, each on one line and cut to a length
 */
public record ErrorGauge(String metric, double value, Map<String, String> attributes) {
  /** Takes a copy. */
  public ErrorGauge {
    attributes = Map.copyOf(attributes);
  }
}
