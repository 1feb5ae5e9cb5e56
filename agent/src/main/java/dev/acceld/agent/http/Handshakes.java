package dev.acceld.agent.http;

import dev.acceld.agent.web.ServerTls;
import dev.acceld.text.ErrorText;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS handshakes, few at a time: each takes 100 kB until it is over, and the peer decides when that
 * is. Signatures are made and checked on a thread of its own. On the I/O thread.
 */
final class Handshakes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Handshakes.class);
  private static final int AT_ONCE = 16;
  private static final long MOST_MILLIS = 3000; // from its turn on; else few strangers hold all
  private static final long FAREWELL_MILLIS = 500;
  private static final long TELL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final WorkerPool worker = new WorkerPool("http-tls", 1);
  private final Turns turns = new Turns(AT_ONCE, Turns.AT_ONCE_OF_ONE, () -> {});
  private long toldAt = System.nanoTime() - TELL_NANOS;

  /**
   * Begins one when it is its turn.
   *
   * @param with given what speaks TLS, to be put into the connection
   */
  void begin(Connection of, ServerTls tls, Consumer<SslHandler> with) {
    turns.take(
        of,
        over -> {
          SslHandler handler =
              new SslHandler(tls.newEngine(), work -> worker.execute(() -> unlessGone(of, work)));
          handler.setHandshakeTimeoutMillis(MOST_MILLIS);
          handler.setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
          with.accept(handler);
          handler
              .handshakeFuture()
              .addListener(done -> {
                over.run();
                of.finish();
                if (!done.isSuccess()) {
                  tell(of, done.cause());
                }
              });
        });
  }

  /** Nothing is computed for peers that hang up; a queue of it would take memory. */
  private static void unlessGone(Connection of, Runnable work) {
    if (!of.gone()) {
      work.run();
    }
  }

  /** A port scan is no reason to fill the log; a client that is refused should be found in it. */
  private void tell(Connection of, Throwable cause) {
    long now = System.nanoTime();
    if (!of.gone() && now - toldAt >= TELL_NANOS) {
      toldAt = now;
      log.info(
          "TLS with {} failed: {} (said at most once a minute)",
          of.peerName(),
          ErrorText.of(cause));
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
