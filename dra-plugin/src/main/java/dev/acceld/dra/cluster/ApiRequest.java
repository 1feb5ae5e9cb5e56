package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * One request in the words of RBAC, so that an error says at once what to look at.
 *
 * @param verb {@code get}, {@code list}, {@code create}, …
 * @param resource the plural, {@code resourceclaims}
 * @param namespace empty for what is not in one
 * @param object name, or what is selected
 */
public record ApiRequest(String verb, String resource, String namespace, String object) {
  private static final ObjectMapper STATUS = new ObjectMapper();

  /**
   * What a reader made of a good answer.
   *
   * @param most bytes of it
   * @throws ClusterException when the server refuses, or there is no answer that can be read
   */
  public <T> T send(ApiHttp http, ApiHttp.Request request, long most, ApiHttp.Reader<T> reader)
      throws ClusterException {
    ApiHttp.Answer<T> answer;
    try {
      answer = http.send(request, most, reader);
    } catch (SocketTimeoutException e) {
      throw new ClusterException(
          Reason.UNREACHABLE,
          this
              + ": no answer from "
              + http.server()
              + " within "
              + request.timeout().toMillis()
              + " ms ("
              + e.getMessage()
              + ")",
          e);
    } catch (ApiHttp.UnreadableException e) {
      throw unreadable(http, e);
    } catch (IOException e) {
      throw unreachable(http, e);
    }
    http.access().answered(right(), answer.status());
    T body = answer.body();
    if (answer.status() / 100 != 2 || body == null) {
      throw refused(answer.status(), answer.refusal());
    }
    return body;
  }

  /** A name as a part of a path or query. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What RBAC must allow for it. */
  String right() {
    return verb + " " + resource;
  }

  /** The connection failed. */
  ClusterException unreachable(ApiHttp http, IOException e) {
    String why = ErrorText.of(e);
    return new ClusterException(Reason.UNREACHABLE, this + ": " + http.server() + ": " + why, e);
  }

  /** The answer makes no sense: something else than an API server is speaking. */
  ClusterException unreadable(ApiHttp http, IOException e) {
    return new ClusterException(
        Reason.UNREACHABLE,
        this
            + ": the answer of "
            + http.server()
            + " cannot be read: "
            + (e instanceof JsonProcessingException
                    || e.getCause() instanceof JsonProcessingException
                ? "it is not the JSON of an API server; check the address"
                : ErrorText.of(e)),
        e);
  }

  /** The server said no. */
  ClusterException refused(int status, byte[] body) {
    String said = message(body);
    return switch (status) {
      case 401 ->
          new ClusterException(
              Reason.UNAUTHORIZED,
              this
                  + ": 401, the API server does not accept the agent's credentials: the token or"
                  + " certificate has expired or belongs to another cluster; renew it"
                  + said);
      case 403 ->
          new ClusterException(
              Reason.FORBIDDEN,
              this
                  + (said.contains(" denied ")
                      ? ": 403, an admission policy or webhook denies it"
                      : ": 403, not allowed; the ClusterRole needs verb "
                          + verb
                          + " on "
                          + resource)
                  + said);
      case 404 ->
          namesObject(body)
              ? new ClusterException(Reason.NOT_FOUND, this + ": 404, not found" + said)
              : new ClusterException(Reason.UNSUPPORTED, this + ": 404, " + noApi() + said);
      case 409 -> new ClusterException(Reason.CONFLICT, this + ": 409, conflict" + said);
      case 410 -> new ClusterException(Reason.EXPIRED, this + ": 410, too old" + said);
      case 400, 405, 413, 415, 422 ->
          new ClusterException(Reason.INVALID, this + ": " + status + ", invalid" + said);
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
