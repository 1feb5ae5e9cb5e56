package dev.acceld.recorder;

import dev.acceld.history.History;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A record that this process may still change. Of the recorder's thread alone. */
final class Incident {
  /** How much of what was done is kept. */
  private static final int MOST_STEPS = 40;

  /** Of a device that flaps while pods come and go. */
  private static final int MOST_HOLDERS = 50;

  /** Whether this process has seen the fault itself, not only the record. */
  boolean seen;

  /** The boot in which this process saw the fault last; empty when the host did not say. */
  @Nullable String bootSeen;

  /** When the fault was first found to be gone, on the monotonic clock. */
  @Nullable Long absentSince;

  /** When the fault ended, on the monotonic clock; of a record that was read, when that was. */
  long endedNanos;

  /** Whether the file is older than the record. */
  boolean changed = true;

  boolean written;
  boolean failed;

  /** When a write was last tried, on the monotonic clock. */
  @Nullable Long triedNanos;

  private final long began;
  private FlightRecord record;
  private Optional<History> before;

  private Incident(FlightRecord record, Optional<History> before, long began) {
    this.record = record;
    this.before = before;
    this.began = began;
  }

  /** One that was just detected. */
  static Incident detected(FlightRecord record, Optional<History> before, long nanos) {
    Incident incident = new Incident(record, before, nanos);
    incident.seen = true;
    return incident;
  }

  /** One that another process has written. */
  static Incident read(FlightRecord record, long nanos) {
    Incident incident = new Incident(record, Optional.empty(), nanos);
    incident.changed = false;
    incident.written = true;
    incident.endedNanos = nanos;
    return incident;
  }

  FlightRecord record() {
    return record;
  }

  /** When this process first knew of it, on the monotonic clock. */
  long began() {
    return began;
  }

  /** Whether the readings after the fault are still to come. */
  boolean awaitsReadings() {
    return before.isPresent();
  }

  /** Adds the readings after the fault. */
  void complete(Optional<History> after, List<String> kernel) {
    before.ifPresent(first ->
        change(
            record.with(kernel, ReadingTable.of(first, after.orElse(History.EMPTY), first.now()))));
    before = Optional.empty();
  }

  void did(Instant at, String what) {
    FlightRecord.Course course = record.course();
    if (course.steps().size() < MOST_STEPS) {
      List<FlightRecord.Step> steps = new ArrayList<>(course.steps());
      steps.add(new FlightRecord.Step(at.toString(), what));
      change(
          record.with(
              new FlightRecord.Course(
                  course.occurrences(), course.lastSeen(), List.copyOf(steps), course.end())));
    }
  }

  void end(Instant at, long nanos, String evidence) {
    FlightRecord.Course course = record.course();
    endedNanos = nanos;
    change(
        record.with(
            new FlightRecord.Course(
                course.occurrences(),
                course.lastSeen(),
                course.steps(),
                new FlightRecord.End(at.toString(), evidence))));
  }

  /**
   * The fault is there again.
   *
   * @param holders who has the device now; those of earlier times stay in the record
   */
  void again(Instant at, List<FlightRecord.Holding> holders) {
    FlightRecord.Course course = record.course();
    Set<FlightRecord.Holding> all = new LinkedHashSet<>(record.holders());
    holders.stream().limit(Math.max(0, MOST_HOLDERS - all.size())).forEach(all::add);
    change(
        record.with(
            new FlightRecord.Course(course.occurrences() + 1, at.toString(), course.steps(), null),
            List.copyOf(all)));
  }

  private void change(FlightRecord to) {
    record = to;
    changed = true;
  }
}
