package dev.acceld.dra.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.cluster.ClusterException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request in the words of RBAC, so that an error says at once what to look at.
 *
 * @param verb {@code get}, {@code list}, {@code create}, …
 * @param resource the plural, {@code resourceclaims}
 * @param namespace empty for what is not in one
 * @param object name, or what is selected
 */
record Call(String verb, String resource, String namespace, String object) {
  private static final ObjectMapper STATUS = new ObjectMapper();

  /** The body of a good answer. */
  byte[] send(ApiHttp http, String method, String path, byte @Nullable [] body, Duration timeout)
      throws ClusterException {
    ApiHttp.Answer answer;
    try {
      answer = http.send(method, path, body, timeout);
    } catch (SocketTimeoutException e) {
      throw new ClusterException(
          Reason.UNREACHABLE,
          this
              + ": no answer from "
              + http.server()
              + " within "
              + timeout.toMillis()
              + " ms ("
              + e.getMessage()
              + ")",
          e);
    } catch (IOException e) {
      throw unreachable(http, e);
    }
    if (answer.status() / 100 != 2) {
      throw refused(answer.status(), answer.body());
    }
    return answer.body();
  }

  /** The connection failed. */
  ClusterException unreachable(ApiHttp http, IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new ClusterException(Reason.UNREACHABLE, this + ": " + http.server() + ": " + why, e);
  }

  /** The answer makes no sense: something else than an API server is speaking. */
  ClusterException unreadable(ApiHttp http, IOException e) {
    return new ClusterException(
        Reason.UNREACHABLE,
        this + ": the answer of " + http.server() + " cannot be read: " + e.getMessage(),
        e);
  }

  /** The server said no. */
  ClusterException refused(int status, byte[] body) {
    String said = message(body);
    return switch (status) {
      case 401 ->
          new ClusterException(
              Reason.FORBIDDEN,
              this
                  + ": 401, the API server does not accept our credentials; check the token or certificate"
                  + said);
      case 403 ->
          new ClusterException(
              Reason.FORBIDDEN,
              this
                  + ": 403, not allowed; the ClusterRole needs verb "
                  + verb
                  + " on "
                  + resource
                  + said);
      case 404 ->
          namesObject(body)
              ? new ClusterException(Reason.NOT_FOUND, this + ": 404, there is none" + said)
              : new ClusterException(Reason.UNSUPPORTED, this + ": 404, " + noApi() + said);
      case 409 -> new ClusterException(Reason.CONFLICT, this + ": 409, conflict" + said);
      case 410 -> new ClusterException(Reason.EXPIRED, this + ": 410, too old" + said);
      case 400, 405, 413, 415, 422 ->
          new ClusterException(Reason.INVALID, this + ": " + status + ", not acceptable" + said);
      default ->
          new ClusterException(
              Reason.UNREACHABLE, this + ": the API server answered " + status + said);
    };
  }

  /**
   * Whether a 404 is about the object. One about the path is no proof that the object is gone: a
   * server that is starting and a proxy answer so too.
   */
  private boolean namesObject(byte[] body) {
    try {
      JsonNode status = STATUS.readTree(body);
      return status != null
          && status.path("reason").asText().equals("NotFound")
          && !status.path("message").asText().contains("could not find the requested resource");
    } catch (IOException e) {
      return false; // "404 page not found"
    }
  }

  private String noApi() {
    return resource.equals("resourceclaims") || resource.equals("resourceslices")
        ? "the cluster does not serve resource.k8s.io/v1: dynamic resource allocation needs"
            + " Kubernetes 1.34 or newer"
        : "this does not answer like a Kubernetes API server";
  }

  private static String message(byte[] body) {
    String text;
    try {
      JsonNode status = STATUS.readTree(body);
      text = status == null ? "" : status.path("message").asText();
    } catch (IOException e) {
      text = new String(body, StandardCharsets.UTF_8).strip();
    }
    return text.isEmpty()
        ? ""
        : " (" + (text.length() > 500 ? text.substring(0, 500) + "..." : text) + ")";
  }

  @Override
  public String toString() {
    return verb + " " + resource + " " + (namespace.isEmpty() ? "" : namespace + "/") + object;
  }
}
