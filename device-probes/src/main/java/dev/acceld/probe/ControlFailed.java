package dev.acceld.probe;

/** Hardware could not be changed. The message says what failed and what to do. */
public final class ControlFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean unfinished;

  /** With that sentence; nothing was changed, or all of it was undone. */
  public ControlFailed(String message) {
    this(message, false);
  }

  /**
   * With that sentence.
   *
   * @param unfinished whether something of the attempt may be left
   */
  public ControlFailed(String message, boolean unfinished) {
    super(message);
    this.unfinished = unfinished;
  }

  /** True when something of the attempt may be left. */
  public boolean unfinished() {
    return unfinished;
  }
}
