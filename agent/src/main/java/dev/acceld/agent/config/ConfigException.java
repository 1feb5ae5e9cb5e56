package dev.acceld.agent.config;

/** A setting is wrong. The message names it, where it was set, and what to do. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With that sentence. */
  public ConfigException(String message) {
    super(message);
  }
}
