package dev.acceld.agent.web;

/**
 * The web configuration file cannot be used. The message names the file, the member and the remedy.
 */
public final class WebConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  WebConfigException(String message) {
    super(message);
  }

  WebConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
