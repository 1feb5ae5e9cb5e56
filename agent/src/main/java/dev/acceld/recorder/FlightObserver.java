package dev.acceld.recorder;

/** Told what becomes of the records. Called on the recorder's thread; must be quick. */
@FunctionalInterface
public interface FlightObserver {
  /** Nobody listens. */
  FlightObserver NONE = outcome -> {};

  /** What can become of a record. */
  enum Outcome {
    /** It is on disk. */
    WRITTEN,
    /** It could not be written; this is tried again while the agent runs. */
    FAILED,
    /** There were too many faults at once: it waits, and is lost if the fault ends before. */
    LIMITED
  }

  /** Told once for each record and outcome. */
  void record(Outcome outcome);
}
