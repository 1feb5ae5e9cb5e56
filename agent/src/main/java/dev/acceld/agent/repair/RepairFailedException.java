package dev.acceld.agent.repair;

/** A step of a repair did not succeed. The message says why. */
final class RepairFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean again;

  /**
   * Says why.
   *
   * @param again whether another reset may help
   */
  RepairFailedException(String message, boolean again) {
    super(message);
    this.again = again;
  }

  /** Whether another reset may help. */
  boolean again() {
    return again;
  }
}
