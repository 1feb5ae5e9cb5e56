package dev.acceld.dra.cluster.http;

import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Gives the TLS settings of the next connection; called from any thread. */
interface TlsSource {

  /** Plain HTTP. */
  TlsSource NONE = () -> null;

  /** The same object until something has changed, for connections are pooled by it. */
  @Nullable SSLSocketFactory get();

  /** A handshake has failed: what is remembered may be old. */
  default void refused() {}
}
