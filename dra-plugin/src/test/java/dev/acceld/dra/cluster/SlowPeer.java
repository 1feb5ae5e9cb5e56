package dev.acceld.dra.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An API server, or something in front of one, that never quite comes to the point. */
final class SlowPeer implements AutoCloseable {
  /** What it does with a connection. */
  enum Manner {
    /** Says nothing, not even in TLS. */
    MUTE,
    /** A byte of a TLS record now and then. */
    DRIPS_TLS,
    /** A byte of the answer's head now and then. */
    DRIPS_HEAD,
    /** A byte of a body of known length now and then. */
    DRIPS_BODY,
    /** A byte of a chunk's own head now and then. */
    DRIPS_CHUNK_HEAD,
    /** Takes no byte of the request after the first. */
    DOES_NOT_READ,
    /** The head of an answer, and the body once it is to answer again. */
    WAITS,
    /** The head of a stream, then nothing. */
    STREAMS,
    /** Answers at once. */
    ANSWERS
  }

  private static final int BETWEEN_BYTES_MS = 50;
  private static final String GOOD = "{\"metadata\":{\"uid\":\"u\"},\"items\":[]}";
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Length: " + GOOD.length() + "\r\n\r\n";

  private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
  private final @Nullable SSLContext tls;
  private final String version;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  final AtomicInteger cut = new AtomicInteger();
  final AtomicInteger waiting = new AtomicInteger();

  /** Those that are open. */
  final AtomicInteger streams = new AtomicInteger();

  volatile Manner manner;

  SlowPeer(Manner manner, @Nullable SSLContext tls) throws IOException {
    this(manner, tls, "TLSv1.3");
  }

  SlowPeer(Manner manner, @Nullable SSLContext tls, String version) throws IOException {
    this.manner = manner;
    this.version = version;
    this.tls = tls;
    Thread.ofVirtual().start(this::accept);
  }

  URI url() {
    return URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + listener.getLocalPort());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    Manner how = manner;
    try (socket) {
      if (how == Manner.MUTE) {
        socket.getInputStream().readAllBytes();
      } else if (how == Manner.DRIPS_TLS) {
        socket.getOutputStream().write(new byte[] {22, 3, 3, 0x3f, 0});
        drip(socket.getOutputStream(), (byte) 2);
      } else {
        talk(tls == null ? socket : secured(socket), how);
      }
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      cut.incrementAndGet();
    }
  }

  private Socket secured(Socket socket) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            java.util.Objects.requireNonNull(tls)
                .getSocketFactory()
                .createSocket(socket, null, socket.getPort(), true);
    secured.setUseClientMode(false);
    secured.setEnabledProtocols(new String[] {version});
    secured.startHandshake();
    return secured;
  }

  private void talk(Socket socket, Manner how) throws IOException, InterruptedException {
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    if (how == Manner.DOES_NOT_READ) {
      in.read();
      Thread.sleep(600_000);
    }
    while (head(in)) {
      switch (manner) {
        case DRIPS_HEAD -> {
          send(out, "HTTP/1.1 200 OK\r\nX-Long: ");
          drip(out, (byte) 'a');
        }
        case DRIPS_BODY -> {
          send(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{");
          drip(out, (byte) ' ');
        }
        case DRIPS_CHUNK_HEAD -> {
          send(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;");
          drip(out, (byte) 'a');
        }
        case WAITS -> {
          send(out, HEAD);
          waiting.incrementAndGet();
          while (manner != Manner.ANSWERS) {
            Thread.sleep(BETWEEN_BYTES_MS);
          }
          send(out, GOOD);
        }
        case STREAMS -> {
          send(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          streams.incrementAndGet();
          try {
            in.read();
          } finally {
            streams.decrementAndGet();
          }
          return;
        }
        default -> send(out, HEAD + GOOD);
      }
    }
  }

  /** Reads a request without a body; false at the end. */
  private static boolean head(InputStream in) throws IOException {
    int newlines = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
      if (newlines == 2) {
        return true;
      }
    }
    return false;
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void drip(OutputStream out, byte what) throws IOException, InterruptedException {
    while (true) {
      out.write(what);
      out.flush();
      Thread.sleep(BETWEEN_BYTES_MS);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
