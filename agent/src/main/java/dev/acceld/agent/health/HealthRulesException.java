package dev.acceld.agent.health;

/** A file of health rules of which nothing can be used; the message names it and the remedy. */
public final class HealthRulesException extends Exception {
  private static final long serialVersionUID = 1L;

  HealthRulesException(String message) {
    super(message);
  }
}
