package dev.acceld.agent.repair;

/** A repair must not be begun. The message says why, and what to do. */
final class RepairRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  RepairRefusedException(String message) {
    super(message);
  }
}
