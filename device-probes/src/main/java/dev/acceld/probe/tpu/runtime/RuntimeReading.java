package dev.acceld.probe.tpu.runtime;

import java.time.Instant;
import java.util.Collections;
import java.util.List;

/**
 * What a workload told in one round.
 *
 * @param takenAt when the last answer was there
 * @param chips by rank: the chip with the lowest device ids, or with the first port, is the first;
 *     always as many as were expected
 * @param processes one for each endpoint, in their order
 * @param problems why readings are missing, one sentence each, for people; empty when no workload
 *     serves
 */
public record RuntimeReading(
    Instant takenAt,
    List<ChipMetrics> chips,
    List<ProcessMetrics> processes,
    List<String> problems) {
  /** Takes copies. */
  public RuntimeReading {
    chips = List.copyOf(chips);
    processes = List.copyOf(processes);
    problems = List.copyOf(problems);
  }

  /** Nothing of that many chips, as before the first round and after the last. */
  public static RuntimeReading nothing(Instant now, int chips) {
    return new RuntimeReading(
        now, Collections.nCopies(chips, ChipMetrics.EMPTY), List.of(), List.of());
  }

  /** Whether any endpoint answers. */
  public boolean serving() {
    return processes.stream().anyMatch(p -> p.state() == ProcessMetrics.State.ANSWERS);
  }
}
