package dev.acceld.reset;

/** A device was not reset. The message says why. */
public final class ResetFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Cause {
    /** It was tried, and did not succeed. */
    FAILED,
    /** Somebody has the device open; nothing was done. */
    BUSY,
    /** The driver resets no such device here, or not now; nothing was done. */
    UNSUPPORTED
  }

  private final Cause why;

  /** It was tried. */
  public ResetFailedException(String message) {
    this(message, Cause.FAILED);
  }

  /** Says why. */
  public ResetFailedException(String message, Cause why) {
    super(message);
    this.why = why;
  }

  /** Why not. */
  public Cause why() {
    return why;
  }
}
