package dev.acceld.probe;

/** Hardware could not be changed. The message says what failed and what to do. */
public final class ControlFailed extends Exception {
  private static final long serialVersionUID = 1L;

  /** With that sentence. */
  public ControlFailed(String message) {
    super(message);
  }
}
