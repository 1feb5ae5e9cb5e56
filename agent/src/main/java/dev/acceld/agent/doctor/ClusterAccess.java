package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.Version;
import dev.acceld.dra.cluster.ClusterRequests;
import dev.acceld.dra.cluster.ClusterRequests.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The API server, asked by several checks: one that does not answer is waited for once only. */
final class ClusterAccess {
  private final @Nullable ClusterRequests requests;
  private final String why;
  private final boolean broken;
  private @Nullable String unreachable;

  private ClusterAccess(@Nullable ClusterRequests requests, String why, boolean broken) {
    this.requests = requests;
    this.why = why;
    this.broken = broken;
  }

  /** The server cannot be asked; the message says why. */
  static final class CannotAskException extends IOException {
    private static final long serialVersionUID = 1L;

    CannotAskException(String why) {
      super(why);
    }
  }

  static ClusterAccess open(Optional<Path> kubeconfig, Map<String, String> env) {
    try {
      return new ClusterAccess(
          ClusterRequests.open(kubeconfig, env, "acceld-doctor/" + Version.current()).orElse(null),
          "no cluster is configured (neither --kubeconfig nor a service account)",
          false);
    } catch (IOException e) {
      return new ClusterAccess(null, String.valueOf(e.getMessage()), true);
    }
  }

  /** Whether what is configured cannot be used at all. */
  boolean broken() {
    return broken;
  }

  /** The server's address; the reason when there is none. */
  String server() {
    return requests == null ? why : requests.server();
  }

  Answer ask(String method, String path, @Nullable JsonNode body) throws CannotAskException {
    if (requests == null) {
      throw new CannotAskException(why);
    }
    if (unreachable != null) {
      throw new CannotAskException("the API server does not answer");
    }
    try {
      return requests.ask(method, path, body);
    } catch (IOException e) {
      unreachable = e.getMessage();
      throw new CannotAskException(String.valueOf(e.getMessage()));
    }
  }

  /** The Node object; empty when there is none of that name or it may not be read. */
  Optional<JsonNode> node(String name) throws CannotAskException {
    Answer answer = ask("GET", "/api/v1/nodes/" + name, null);
    return answer.status() == 200 ? Optional.of(answer.body()) : Optional.empty();
  }

  /** The server's own words. */
  static String describe(Answer answer) {
    String message = answer.body().path("message").asText();
    return answer.status() + (message.isEmpty() ? "" : " (" + message + ")");
  }
}
