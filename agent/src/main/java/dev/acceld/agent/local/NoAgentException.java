package dev.acceld.agent.local;

import java.io.IOException;

/** No agent runs with a state directory. The message names it and says what to do. */
public final class NoAgentException extends IOException {
  private static final long serialVersionUID = 1L;

  NoAgentException(String message, Throwable cause) {
    super(message, cause);
  }
}
