package dev.acceld.e2e.build;

/**
 * This machine cannot do it. The message is one sentence that names what is missing and the remedy.
 */
public final class NotPossible extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With that sentence. */
  public NotPossible(String message) {
    super(message);
  }
}
