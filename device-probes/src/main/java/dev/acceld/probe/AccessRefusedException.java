package dev.acceld.probe;

/** Devices cannot be handed out at the moment; the message names what is missing and the remedy. */
public final class AccessRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With that message. */
  public AccessRefusedException(String message) {
    super(message);
  }

  /** With that message, because of an exception. */
  public AccessRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
