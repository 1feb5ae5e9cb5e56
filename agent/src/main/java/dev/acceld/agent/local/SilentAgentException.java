package dev.acceld.agent.local;

import java.io.IOException;

/** An agent runs and does not answer in time. The message names its socket and the time. */
public final class SilentAgentException extends IOException {
  private static final long serialVersionUID = 1L;

  SilentAgentException(String message, Throwable cause) {
    super(message, cause);
  }
}
