package dev.acceld.machine.drm;

/** The files of one GPU that its driver makes, below the directory of its PCI function. */
sealed interface DriverFiles permits AmdFiles, XeFiles, I915Files {
  /** What stays as it is while the driver is bound. */
  void begin();

  /** What moves. */
  void refresh(DrmState state, Readings now);

  /** The GPU no longer answers: what is read from it directly has no values. */
  void silence(DrmState state, Readings now);

  /** What lies outside of the function's directory goes. */
  void remove();
}
