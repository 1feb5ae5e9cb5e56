package dev.acceld.agent.hurt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A request as a probe makes it: its own connection, and an absolute time for all of it. */
public final class HttpProbe {
  private HttpProbe() {}

  /** An answer. */
  public record Answer(int status, String body) {}

  /** The answer; nothing if it is not there within that time, or the connection is refused. */
  public static Optional<Answer> get(int port, String path, Duration within) {
    long end = System.nanoTime() + within.toNanos();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), left(end));
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      ByteArrayOutputStream heard = new ByteArrayOutputStream();
      InputStream in = socket.getInputStream();
      byte[] part = new byte[8192];
      while (true) {
        socket.setSoTimeout(left(end));
        int n = in.read(part);
        if (n < 0) {
          break;
        }
        heard.write(part, 0, n);
      }
      String text = heard.toString(StandardCharsets.UTF_8);
      int body = text.indexOf("\r\n\r\n");
      return body < 0
          ? Optional.empty()
          : Optional.of(
              new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(body + 4)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int left(long end) throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    if (millis <= 0) {
      throw new IOException("too late");
    }
    return (int) millis;
  }
}
