package dev.acceld.reset;

/** A device was not reset. The message says why. */
public final class ResetFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean busy;

  /** Says why. */
  public ResetFailedException(String message) {
    this(message, false);
  }

  /**
   * Says why.
   *
   * @param busy whether somebody has the device open, so that nothing was done
   */
  public ResetFailedException(String message, boolean busy) {
    super(message);
    this.busy = busy;
  }

  /** Whether somebody has the device open, so that nothing was done. */
  public boolean busy() {
    return busy;
  }
}
