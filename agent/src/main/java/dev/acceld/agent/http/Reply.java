package dev.acceld.agent.http;

import java.nio.charset.StandardCharsets;

/**
 * An answer.
 *
 * @param status the HTTP status
 * @param contentType of the body
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to the socket, never compared
record Reply(int status, String contentType, byte[] body) {

  static Reply text(int status, String text) {
    return new Reply(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply json(int status, String json) {
    return new Reply(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** The same, compressed. */
  Reply zipped() {
    return new Reply(status, contentType, Gzip.of(body));
  }

  /** The same for somebody who may not know more. */
  Reply statusOnly() {
    return text(status, status == 200 ? "ok\n" : "failed; the reasons need authentication\n");
  }
}
