package dev.acceld.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer.
 *
 * @param status the HTTP status
 * @param contentType of the body
 * @param body not to be changed
 * @param headers further headers
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to the socket, never compared
public record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {

  /** Without further headers. */
  public Reply(int status, String contentType, byte[] body) {
    this(status, contentType, body, Map.of());
  }

  /** Plain text. */
  public static Reply text(int status, String text) {
    return new Reply(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** JSON. */
  public static Reply json(int status, String json) {
    return new Reply(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** The same with other further headers. */
  public Reply with(Map<String, String> other) {
    return new Reply(status, contentType, body, Map.copyOf(other));
  }

  /** The same, compressed. */
  Reply zipped() {
    return new Reply(status, contentType, Gzip.of(body), headers);
  }

  /** The same for somebody who may not know more. */
  Reply statusOnly() {
    return text(status, status == 200 ? "ok\n" : "failed; the reasons need authentication\n");
  }
}
