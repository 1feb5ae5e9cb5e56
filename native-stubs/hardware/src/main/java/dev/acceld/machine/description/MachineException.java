package dev.acceld.machine.description;

/**
 * Something asked of simulated hardware cannot be done. The message names the thing and the remedy,
 * and is meant to be shown as it is.
 */
public final class MachineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for the user. */
  public MachineException(String message) {
    super(message);
  }

  /** With a message for the user and what was behind it. */
  public MachineException(String message, Throwable cause) {
    super(message, cause);
  }
}
