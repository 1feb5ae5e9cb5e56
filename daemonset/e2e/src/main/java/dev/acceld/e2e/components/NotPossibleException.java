package dev.acceld.e2e.components;

/**
 * This machine cannot do it. The message is one sentence that names what is missing and the remedy.
 */
public final class NotPossibleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With that sentence. */
  public NotPossibleException(String message) {
    super(message);
  }
}
