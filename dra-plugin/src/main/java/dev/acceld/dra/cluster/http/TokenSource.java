package dev.acceld.dra.cluster.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Gives the bearer token of the next request; called from any thread. */
public interface TokenSource {

  /** No token: a client certificate, or nothing at all. */
  TokenSource NONE = () -> null;

  /**
   * The token to send, or null for none.
   *
   * @throws IOException when there should be one and it cannot be read
   */
  @Nullable String get() throws IOException;

  /** The server did not accept the last one: forget what is remembered. */
  default void refused() {}
}
