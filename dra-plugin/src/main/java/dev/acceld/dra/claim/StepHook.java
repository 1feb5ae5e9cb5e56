package dev.acceld.dra.claim;

/** The points between two steps at which a process may die; tests let it die there. */
@FunctionalInterface
public interface StepHook {
  /** Nothing happens. */
  StepHook NONE = step -> {};

  /** Where a claim is. */
  enum Step {
    /** The locks of the claim and of its devices are held. */
    LOCKED,
    /** The record says that hardware is about to be changed. */
    ANNOUNCED,
    /** What exists only for the claim is made. */
    HARDWARE_MADE,
    /** The directory for the claim's logs is there. */
    LOGS_MADE,
    /** The kept copy of a shared CDI device is durable. */
    SHARED_KEPT,
    /** The file of a shared CDI device is in the CDI directory. */
    SHARED_WRITTEN,
    /** The claim's CDI file is written. */
    CDI_WRITTEN,
    /** The record of the prepared claim is durable. */
    RECORD_WRITTEN,
    /** The claim's CDI file is gone. */
    CDI_REMOVED,
    /** What existed only for the claim is deleted. */
    HARDWARE_UNMADE,
    /** The directory for the claim's logs is kept or gone. */
    LOGS_GIVEN_BACK,
    /** The record is gone. */
    RECORD_REMOVED,
    /** A shared CDI device that no claim names is gone. */
    SHARED_REMOVED
  }

  /**
   * Called after each step, on the thread of the call; a hook that throws stands for a process that
   * dies there.
   */
  void reached(Step step);
}
