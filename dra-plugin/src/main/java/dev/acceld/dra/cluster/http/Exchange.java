package dev.acceld.dra.cluster.http;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One request while it is on its way, so that it can be cut off from outside. The JDK's connection
 * cannot be closed while somebody reads from it; the socket below can, so it is remembered: by the
 * thread that makes it, later under the TLS session that a pooled connection has. Any thread.
 */
final class Exchange {
  private static final ThreadLocal<@Nullable Exchange> CURRENT = new ThreadLocal<>();

  /**
   * Not the session's own values: the JDK shares those between a session and all that are resumed
   * from it, so they would name another connection's socket.
   */
  private static final Map<SSLSession, Socket> SOCKETS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final Duration BETWEEN_CUTS = Duration.ofMillis(50);

  private final CountDownLatch over = new CountDownLatch(1);
  private volatile String phase = "connecting";
  private volatile boolean begun;
  private volatile boolean aborted;
  private volatile @Nullable HttpURLConnection connection;
  private volatile @Nullable Socket socket;

  /** The thread that does it has begun. */
  void begin() throws IOException {
    begun = true;
    CURRENT.set(this);
    check();
  }

  /** The thread that did it has ended. */
  void end() {
    CURRENT.remove();
    over.countDown();
  }

  /** What happens now, for messages: {@code connecting}. */
  void phase(String now) throws IOException {
    phase = now;
    check();
  }

  String phase() {
    return phase;
  }

  /** Throws once it has been cut off. */
  void check() throws IOException {
    if (aborted) {
      throw new IOException("the request was canceled");
    }
  }

  /** The connection to be cut. */
  void uses(HttpURLConnection c) {
    connection = c;
  }

  /** TLS is about to begin on that socket, on this thread. */
  static void onThisThread(Socket raw) throws IOException {
    Exchange current = CURRENT.get();
    if (current != null) {
      current.socket = raw;
      current.check();
    }
  }

  /** The connection stands, a new one or one from the pool. */
  void connected(HttpURLConnection c) {
    SSLSession session = session(c);
    if (session == null) {
      return;
    }
    Socket made = socket;
    if (made == null) {
      socket = SOCKETS.get(session);
    } else if (SOCKETS.put(session, made) != made && !session.getProtocol().equals("TLSv1.3")) {
      // Before TLS 1.3 connections that resume a session have the very same one: no more of them.
      session.invalidate();
    }
  }

  /** The connection is the caller's for good: no later request may take its socket for its own. */
  static void handedOver(HttpURLConnection c) {
    SSLSession session = session(c);
    if (session != null) {
      SOCKETS.remove(session);
    }
  }

  private static @Nullable SSLSession session(HttpURLConnection c) {
    try {
      return c instanceof HttpsURLConnection https ? https.getSSLSession().orElse(null) : null;
    } catch (IllegalStateException e) {
      return null;
    }
  }

  /** Cuts it off, now and until its thread has ended; false when it had not begun yet. */
  boolean abort() {
    aborted = true;
    if (!begun) {
      return false;
    }
    try {
      // Not here: closing TLS may wait for a writer.
      Thread.ofPlatform().daemon().name("api-cut").start(this::cut);
    } catch (OutOfMemoryError e) {
      close(socket);
    }
    return true;
  }

  private void cut() {
    try {
      do {
        close(socket);
        HttpURLConnection c = connection;
        if (c != null) {
          c.disconnect();
        }
      } while (!over.await(BETWEEN_CUTS.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      close(socket); // the JDK's connection is not made for two threads
    }
  }

  private static void close(@Nullable Socket open) {
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // It is closed then.
      }
    }
  }
}
