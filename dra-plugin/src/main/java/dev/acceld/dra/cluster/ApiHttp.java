package dev.acceld.dra.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the API server over the JDK's {@link HttpURLConnection}: of the clients measured the
 * closest to bare TLS, without a thread of its own and without a library. Connections are pooled by
 * the JDK; a GET that meets a dead one is repeated by it on a fresh one. Any thread may call.
 */
final class ApiHttp {
  private static final int CONNECT_MS = 5_000;

  static {
    // The JDK keeps 5 connections for 5 seconds: eight prepares at once would do a handshake each.
    setUnlessSet("http.maxConnections", "16");
    setUnlessSet("http.keepAlive.time.server", "60");
  }

  private final Endpoint endpoint;
  private final String userAgent;

  ApiHttp(Endpoint endpoint, String userAgent) {
    this.endpoint = endpoint;
    this.userAgent = userAgent;
  }

  /** What the server said. */
  record Answer(int status, byte[] body) {}

  /** The answer to one attempt; a status of 400 and more is an answer too. */
  Answer send(String method, String path, byte @Nullable [] body, Duration timeout)
      throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    HttpURLConnection c = open(method, path, timeout);
    try {
      if (body != null) {
        c.setDoOutput(true);
        // A fixed length also keeps the JDK from repeating a write behind our back.
        c.setFixedLengthStreamingMode(body.length);
        c.setRequestProperty("Content-Type", "application/json");
        c.getOutputStream().write(body);
      }
      int status = c.getResponseCode();
      if (status == 401) {
        endpoint.token().refused();
      }
      return new Answer(status, readAll(c, status, deadline));
    } catch (HttpRetryException e) {
      endpoint.token().refused();
      c.disconnect();
      return new Answer(e.responseCode(), new byte[0]);
    } catch (IOException | RuntimeException e) {
      c.disconnect();
      throw e;
    }
  }

  /** An open connection whose answer the caller reads; it must disconnect it. */
  HttpURLConnection open(String method, String path, Duration readTimeout) throws IOException {
    String token = endpoint.token().get();
    HttpURLConnection c =
        (HttpURLConnection)
            endpoint
                .server()
                .resolve(endpoint.server().getRawPath() + path)
                .toURL()
                .openConnection(Proxy.NO_PROXY);
    if (c instanceof HttpsURLConnection https && endpoint.tls() != null) {
      https.setSSLSocketFactory(endpoint.tls());
      if (endpoint.anyHostName()) {
        https.setHostnameVerifier((host, session) -> true);
      }
    }
    int ms = (int) Math.clamp(readTimeout.toMillis(), 1, Integer.MAX_VALUE);
    c.setConnectTimeout(Math.min(ms, CONNECT_MS));
    c.setReadTimeout(ms);
    c.setInstanceFollowRedirects(false);
    c.setUseCaches(false);
    c.setRequestMethod(method);
    c.setRequestProperty("Accept", "application/json");
    c.setRequestProperty("User-Agent", userAgent);
    if (token != null) {
      c.setRequestProperty("Authorization", "Bearer " + token);
    }
    return c;
  }

  private static byte[] readAll(HttpURLConnection c, int status, long deadline) throws IOException {
    try (InputStream in = status >= 400 ? c.getErrorStream() : c.getInputStream()) {
      if (in == null) {
        return new byte[0];
      }
      ByteArrayOutputStream all =
          new ByteArrayOutputStream(Math.clamp(c.getContentLength(), 512, 1 << 16));
      byte[] part = new byte[8192];
      for (int n = in.read(part); n >= 0; n = in.read(part)) {
        all.write(part, 0, n);
        if (System.nanoTime() - deadline > 0) {
          throw new SocketTimeoutException("the answer took too long");
        }
      }
      return all.toByteArray();
    }
  }

  /** For messages. */
  String server() {
    return endpoint.server().toString();
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
