package dev.acceld.dra.claim;

/** The points between two steps at which a process may die; tests let it die there. */
@FunctionalInterface
public interface StepHook {
  /** Nothing happens. */
  StepHook NONE = step -> {};

  /** Where a claim is. */
  enum Step {
    LOCKED,
    ANNOUNCED,
    HARDWARE_MADE,
    SHARED_KEPT,
    SHARED_WRITTEN,
    CDI_WRITTEN,
    RECORD_WRITTEN,
    CDI_REMOVED,
    HARDWARE_UNMADE,
    RECORD_REMOVED,
    SHARED_REMOVED
  }

  void reached(Step step);
}
