package dev.acceld.dra.kubelet.relay;

import java.io.IOException;

/**
 * The relay, or its directory, does not do what it is asked; the message says why and what to do.
 */
public final class RelayException extends IOException {
  private static final long serialVersionUID = 1L;

  RelayException(String message) {
    super(message);
  }

  RelayException(String message, Throwable cause) {
    super(message, cause);
  }
}
