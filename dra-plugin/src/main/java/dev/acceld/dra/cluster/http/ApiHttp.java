package dev.acceld.dra.cluster.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the API server over the JDK's {@link HttpURLConnection}: of the clients measured the
 * closest to bare TLS, and without a library. Connections are pooled by the JDK; a GET that meets a
 * dead one is repeated by it on a fresh one. A few requests run at once, the others wait in order;
 * a deadline holds for all of it, from waiting and name resolution to the last byte. Any thread may
 * call.
 */
public final class ApiHttp {
  static final int CONNECT_MS = 5_000;
  static final int ERROR_BYTES = 64 << 10;

  static {
    // The JDK keeps 5 connections for 5 seconds: eight prepares at once would do a handshake each.
    setUnlessSet("http.maxConnections", "16");
    setUnlessSet("http.keepAlive.time.server", "60");
  }

  private final Endpoint endpoint;
  private final String userAgent;
  private final ApiWorkers workers = new ApiWorkers();
  private final ApiAccess access = new ApiAccess(Clock.systemUTC());

  /** Connects at the first request. */
  public ApiHttp(Endpoint endpoint, String userAgent) {
    this.endpoint = endpoint;
    this.userAgent = userAgent;
  }

  /**
   * One attempt.
   *
   * @param method such as {@code GET}
   * @param path with its query
   * @param body null for none
   * @param timeout for all of it
   * @param contentType of the body
   */
  public record Request(
      String method, String path, byte @Nullable [] body, Duration timeout, String contentType) {

    /** With a body in plain JSON, or none. */
    public Request(String method, String path, byte @Nullable [] body, Duration timeout) {
      this(method, path, body, timeout, "application/json");
    }
  }

  /** Reads the body of an answer, on a thread of {@link ApiWorkers}. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Reads what it needs.
     *
     * @param in ends with an exception when it is longer than was agreed
     */
    T read(InputStream in) throws IOException;
  }

  /**
   * What the server said.
   *
   * @param status the HTTP status
   * @param body what was read of it; null where the status is 400 and more
   * @param refusal the beginning of the body where the status is 400 and more
   * @param date the server's clock in milliseconds since 1970, 0 when it does not tell
   */
  public record Answer<T>(int status, @Nullable T body, byte[] refusal, long date) {}

  /**
   * The answer to one attempt; a status of 400 and more is an answer too.
   *
   * @param most bytes of a good answer
   * @throws UnreadableException when the answer came, and the reader could not make sense of it
   */
  public <T> Answer<T> send(Request request, long most, Reader<T> reader) throws IOException {
    long deadline = System.nanoTime() + request.timeout().toNanos();
    Exchange exchange = new Exchange();
    return workers.run(
        () -> {
          if (request.method().equals("PATCH")) { // the JDK's connection does not know it
            return new PatchCall(endpoint, userAgent, exchange, deadline)
                .send(request, most, reader);
          }
          HttpURLConnection c = open(request, exchange, deadline, request.timeout());
          try {
            int status = status(c, exchange);
            exchange.phase("reading the answer");
            return status >= 400
                ? new Answer<>(status, null, refusal(c, exchange), c.getDate())
                : new Answer<>(
                    status, read(c, exchange, deadline, most, reader), new byte[0], c.getDate());
          } catch (HttpRetryException e) {
            endpoint.token().refused();
            c.disconnect();
            return new Answer<>(e.responseCode(), null, new byte[0], 0);
          } catch (IOException | RuntimeException e) {
            if (e instanceof SSLException) {
              endpoint.tls().refused();
            }
            c.disconnect();
            throw e;
          }
        },
        exchange,
        deadline);
  }

  /** The answer cannot be read: something else than an API server is speaking. */
  public static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableException(IOException why) {
      super(why.getMessage(), why);
    }
  }

  /**
   * Opens a stream: the answer's head is waited for until the timeout, the body is the caller's to
   * read; it must disconnect.
   *
   * @param silence from one byte of the body to the next
   */
  public HttpURLConnection stream(String path, Duration timeout, Duration silence)
      throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Exchange exchange = new Exchange();
    return workers.run(
        () -> {
          HttpURLConnection c =
              open(new Request("GET", path, null, timeout), exchange, deadline, silence);
          try {
            status(c, exchange);
            Exchange.handedOver(c);
            return c;
          } catch (IOException | RuntimeException e) {
            if (e instanceof SSLException) {
              endpoint.tls().refused();
            }
            c.disconnect();
            throw e;
          }
        },
        exchange,
        deadline);
  }

  private HttpURLConnection open(
      Request request, Exchange exchange, long deadline, Duration readTimeout) throws IOException {
    String token = endpoint.token().get();
    SSLSocketFactory tls = endpoint.tls().get();
    HttpURLConnection c =
        (HttpURLConnection)
            endpoint
                .server()
                .resolve(endpoint.server().getRawPath() + request.path())
                .toURL()
                .openConnection(Proxy.NO_PROXY);
    if (c instanceof HttpsURLConnection https && tls != null) {
      https.setSSLSocketFactory(tls);
      if (endpoint.anyHostName()) {
        https.setHostnameVerifier((host, session) -> true);
      }
    }
    c.setConnectTimeout(Math.min(millis(deadline - System.nanoTime()), CONNECT_MS));
    c.setReadTimeout(millis(readTimeout.toNanos()));
    c.setInstanceFollowRedirects(false);
    c.setUseCaches(false);
    c.setRequestMethod(request.method());
    c.setRequestProperty("Accept", "application/json");
    c.setRequestProperty("User-Agent", userAgent);
    if (token != null) {
      c.setRequestProperty("Authorization", "Bearer " + token);
    }
    exchange.uses(c);
    byte[] body = request.body();
    if (body != null) {
      c.setDoOutput(true);
      // A fixed length also keeps the JDK from repeating a write behind our back.
      c.setFixedLengthStreamingMode(body.length);
      c.setRequestProperty("Content-Type", request.contentType());
    }
    try {
      c.connect();
      exchange.connected(c);
      exchange.phase("sending the request");
      if (body != null) {
        c.getOutputStream().write(body);
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof SSLException) {
        endpoint.tls().refused();
      }
      c.disconnect();
      throw e;
    }
    return c;
  }

  private int status(HttpURLConnection c, Exchange exchange) throws IOException {
    exchange.phase("waiting for the answer");
    int status = c.getResponseCode();
    exchange.connected(c); // a pooled connection that was dead has been replaced
    if (status == 401) {
      endpoint.token().refused();
    }
    return status;
  }

  private static <T> T read(
      HttpURLConnection c, Exchange exchange, long deadline, long most, Reader<T> reader)
      throws IOException {
    return read(c.getInputStream(), exchange, deadline, most, reader);
  }

  static <T> T read(
      InputStream answer, Exchange exchange, long deadline, long most, Reader<T> reader)
      throws IOException {
    try (InputStream in = new Timed(answer, exchange, deadline)) {
      CappedStream capped = new CappedStream(in, most);
      T body;
      try {
        body = reader.read(capped);
      } catch (SocketTimeoutException | SSLException e) {
        throw e;
      } catch (IOException e) {
        throw new UnreadableException(e);
      }
      drain(capped);
      return body;
    }
  }

  /** A connection can be used again once nothing is left in it. */
  private static void drain(InputStream in) throws IOException {
    byte[] rest = new byte[256];
    int n;
    do {
      n = in.read(rest);
    } while (n >= 0);
  }

  private static byte[] refusal(HttpURLConnection c, Exchange exchange) throws IOException {
    try (InputStream in = c.getErrorStream()) {
      exchange.check();
      return in == null ? new byte[0] : in.readNBytes(ERROR_BYTES);
    }
  }

  /** Ends a body that drips: each byte looks at the deadline. */
  private static final class Timed extends java.io.FilterInputStream {
    private final Exchange exchange;
    private final long deadline;

    Timed(InputStream in, Exchange exchange, long deadline) {
      super(in);
      this.exchange = exchange;
      this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
      check();
      return super.read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      check();
      return super.read(into, from, length);
    }

    private void check() throws IOException {
      exchange.check();
      if (System.nanoTime() - deadline > 0) {
        throw new SocketTimeoutException("the answer took too long");
      }
    }
  }

  /** Whether the server lets us in; told by those who know what was asked for. */
  public ApiAccess access() {
    return access;
  }

  /** For messages. */
  public String server() {
    return endpoint.server().toString();
  }

  static int millis(long nanos) {
    return (int) Math.clamp(Duration.ofNanos(nanos).toMillis(), 1, Integer.MAX_VALUE);
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
