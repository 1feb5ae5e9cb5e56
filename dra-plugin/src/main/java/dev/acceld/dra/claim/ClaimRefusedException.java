package dev.acceld.dra.claim;

/** One claim cannot be prepared. The message says which thing is wrong and what helps. */
public final class ClaimRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says what is wrong and what to do. */
  public ClaimRefusedException(String message) {
    super(message);
  }

  /** The same, with what it came from. */
  public ClaimRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
