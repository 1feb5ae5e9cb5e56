package dev.acceld.dra.cluster.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One PATCH, on a connection of its own: the JDK's {@link java.net.HttpURLConnection} rejects that
 * method. Patches are rare, so that a handshake for each is cheap. Certificates, token, deadline
 * and cancellation are those of {@link ApiHttp}. For one thread.
 */
final class PatchCall {
  private static final int LONGEST_LINE = 16 << 10;
  private static final int MOST_HEADERS = 100;

  private final Endpoint endpoint;
  private final String userAgent;
  private final Exchange exchange;
  private final long deadline;

  PatchCall(Endpoint endpoint, String userAgent, Exchange exchange, long deadline) {
    this.endpoint = endpoint;
    this.userAgent = userAgent;
    this.exchange = exchange;
    this.deadline = deadline;
  }

  <T> ApiHttp.Answer<T> send(ApiHttp.Request request, long most, ApiHttp.Reader<T> reader)
      throws IOException {
    String token = endpoint.token().get();
    try (Socket socket = connect()) {
      exchange.phase("sending the request");
      byte[] given = request.body();
      byte[] body = given == null ? new byte[0] : given;
      socket.getOutputStream().write(head(request, body.length, token));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      exchange.phase("waiting for the answer");
      InputStream in = new java.io.BufferedInputStream(socket.getInputStream());
      int status = status(line(in));
      Map<String, String> headers = headers(in);
      if (status == 401) {
        endpoint.token().refused();
      }
      exchange.phase("reading the answer");
      InputStream answer = AnswerBody.of(in, headers);
      long date = date(headers.get("date"));
      return status >= 400
          ? new ApiHttp.Answer<>(status, null, answer.readNBytes(ApiHttp.ERROR_BYTES), date)
          : new ApiHttp.Answer<>(
              status, ApiHttp.read(answer, exchange, deadline, most, reader), new byte[0], date);
    } catch (SSLException e) {
      endpoint.tls().refused();
      throw e;
    }
  }

  private Socket connect() throws IOException {
    URI server = endpoint.server();
    boolean secure = "https".equalsIgnoreCase(server.getScheme());
    int port = server.getPort() >= 0 ? server.getPort() : secure ? 443 : 80;
    String host = server.getHost().replaceAll("^\\[|]$", "");
    Socket plain = new Socket();
    try {
      Exchange.onThisThread(plain);
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(host, port), Math.min(left(), ApiHttp.CONNECT_MS));
      plain.setSoTimeout(left());
      return secure ? secured(plain, host, port) : plain;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocketFactory known = endpoint.tls().get();
    SSLSocketFactory tls = known == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : known;
    SSLSocket socket = (SSLSocket) tls.createSocket(plain, host, port, true);
    if (!endpoint.anyHostName()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  private int left() {
    return ApiHttp.millis(deadline - System.nanoTime());
  }

  private byte[] head(ApiHttp.Request request, int length, @Nullable String token) {
    StringBuilder head = new StringBuilder();
    head.append("PATCH ").append(endpoint.server().getRawPath()).append(request.path());
    head.append(" HTTP/1.1\r\nHost: ").append(endpoint.server().getRawAuthority());
    head.append("\r\nAccept: application/json\r\nConnection: close\r\nUser-Agent: ");
    head.append(userAgent).append("\r\nContent-Type: ").append(request.contentType());
    head.append("\r\nContent-Length: ").append(length);
    if (token != null) {
      head.append("\r\nAuthorization: Bearer ").append(token);
    }
    return head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int status(String line) throws IOException {
    String[] words = line.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("\\d{3}")) {
      throw new IOException("the answer is not HTTP");
    }
    return Integer.parseInt(words[1]);
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    for (int n = 0; n < MOST_HEADERS; n++) {
      String line = line(in);
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    throw new IOException("the answer has too many headers");
  }

  /** One line of a head, without its end. */
  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended before the answer did");
      }
      if (line.length() >= LONGEST_LINE) {
        throw new IOException("a line of the answer's head is too long");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private static long date(@Nullable String header) {
    try {
      return header == null
          ? 0
          : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header)).toEpochMilli();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }
}
