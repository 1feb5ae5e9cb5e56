package dev.acceld.probe.nvidia.mig;

/** The points between two changes at which a process may die; tests let it die there. */
@FunctionalInterface
interface MigSteps {
  /** Nothing happens. */
  MigSteps NONE = step -> {};

  /** What has just been done. */
  enum Step {
    MODE_ON,
    GPU_INSTANCE_MADE,
    COMPUTE_INSTANCE_MADE,
    COMPUTE_INSTANCE_DESTROYED,
    GPU_INSTANCE_DESTROYED,
    MODE_OFF
  }

  void done(Step step);
}
