package dev.acceld.agent.local;

/** A command could not do what it was asked for. The message is one sentence for the caller. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With that sentence, and with what led to it. */
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** With that sentence. */
  public CommandFailedException(String message) {
    super(message);
  }
}
