package dev.acceld.agent.health;

/** One entry that cannot be used; costs only itself. */
final class WrongEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongEntryException(String message) {
    super(message);
  }
}
