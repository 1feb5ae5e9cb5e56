package dev.acceld.agent.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.text.OneLine;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Errors of the JSON API as problem details (RFC 9457), with the remedy as a member of its own. */
public final class Problems {
  /** The media type. */
  public static final String TYPE = "application/problem+json";

  private static final JsonMapper JSON = new JsonMapper();

  private Problems() {}

  /**
   * An error.
   *
   * @param detail what is wrong, a sentence
   * @param remedy what to do, a sentence
   */
  public static Reply of(int status, String detail, String remedy) {
    ObjectNode problem = JSON.createObjectNode();
    problem.put("type", "about:blank");
    problem.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
    problem.put("status", status);
    problem.put("detail", OneLine.of(detail));
    problem.put("remedy", OneLine.of(remedy));
    byte[] body = (problem + "\n").getBytes(StandardCharsets.UTF_8);
    return new Reply(status, TYPE, body);
  }

  /** A refusal in plain text as a problem; any other answer as it is. */
  static Reply of(Reply refusal) {
    if (refusal.status() < 400 || !refusal.contentType().startsWith("text/plain")) {
      return refusal;
    }
    return of(
            refusal.status(),
            new String(refusal.body(), StandardCharsets.UTF_8).strip(),
            remedy(refusal.status()))
        .with(refusal.headers());
  }

  private static String remedy(int status) {
    return switch (status) {
      case 400 -> "correct the request";
      case 401 -> "send a user and password of the web configuration file (HTTP basic)";
      case 404 -> "choose a path of /api/v1/openapi.json";
      case 405 -> "use GET or HEAD";
      case 429, 503 -> "try again after the time that Retry-After names";
      default -> "see the agent's log";
    };
  }
}
