package dev.acceld.probe;

/** A vendor's library failed as a whole. The message names the call and what it answered. */
public final class ProbeFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With that sentence. */
  public ProbeFailedException(String message) {
    super(message);
  }
}
