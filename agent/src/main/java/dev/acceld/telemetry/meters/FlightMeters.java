package dev.acceld.telemetry.meters;

import dev.acceld.recorder.FlightObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Records of faults: {@code acceld_flight_records_total} by {@code outcome}, each of which is there
 * from zero on. Any thread.
 */
public final class FlightMeters implements FlightObserver {
  private final Map<Outcome, Counter> records = new EnumMap<>(Outcome.class);

  /** Registers the counters, at zero. */
  public FlightMeters(MeterRegistry registry) {
    for (Outcome outcome : Outcome.values()) {
      records.put(
          outcome,
          Counter.builder("acceld.flight.records")
              .description(
                  "Flight records of faults: written to disk, failed to be written, or delayed"
                      + " because there were too many faults at once.")
              .tags("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  @Override
  public void record(Outcome outcome) {
    Counter counter = records.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }
}
