package dev.acceld.dra.cluster.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.dra.cluster.ApiRequest;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.cluster.http.CappedStream;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Events and Node conditions over {@link ApiHttp}. Any thread. */
public final class HttpNotices implements EventApi, NodeConditionApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** {@code MicroTime}: the API server accepts six digits and nothing else. */
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final ApiHttp http;
  private final ObjectMapper json = new ObjectMapper();

  /** Over that connection. */
  public HttpNotices(ApiHttp http) {
    this.http = http;
  }

  @Override
  public void create(Event event) throws ClusterException {
    String namespace = event.regarding().eventNamespace();
    send(
        new ApiRequest("create", "events", namespace, event.name()),
        "POST",
        events(namespace),
        event(event),
        "application/json");
  }

  @Override
  public void repeat(String namespace, String name, int count, Instant last)
      throws ClusterException {
    ObjectNode patch = json.createObjectNode();
    series(patch, count, last);
    send(
        new ApiRequest("patch", "events", namespace, name),
        "PATCH",
        events(namespace) + "/" + ApiRequest.encode(name),
        patch,
        "application/merge-patch+json");
  }

  private ObjectNode event(Event event) {
    ObjectNode object = json.createObjectNode();
    object.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
    object
        .putObject("metadata")
        .put("name", event.name())
        .put("namespace", event.regarding().eventNamespace());
    object.put("eventTime", MICROS.format(event.at()));
    object.put("type", event.warning() ? "Warning" : "Normal");
    object.put("reason", event.reason()).put("action", event.action()).put("note", event.note());
    object.put("reportingController", event.controller());
    object.put("reportingInstance", event.instance());
    reference(object.putObject("regarding"), event.regarding());
    reference(object.putObject("related"), event.related());
    if (event.count() > 1) {
      series(object, event.count(), event.last());
    }
    return object;
  }

  private static void series(ObjectNode object, int count, Instant last) {
    object.putObject("series").put("count", count).put("lastObservedTime", MICROS.format(last));
  }

  private static void reference(ObjectNode object, ObjectRef ref) {
    object.put("apiVersion", ref.apiVersion()).put("kind", ref.kind()).put("name", ref.name());
    if (!ref.namespace().isEmpty()) {
      object.put("namespace", ref.namespace());
    }
    if (!ref.uid().isEmpty()) {
      object.put("uid", ref.uid());
    }
  }

  @Override
  public Optional<NodeCondition> read(String node, String type) throws ClusterException {
    ApiRequest call = new ApiRequest("get", "nodes", "", node);
    JsonNode conditions =
        call.send(
            http,
            new ApiHttp.Request("GET", "/api/v1/nodes/" + ApiRequest.encode(node), null, TIMEOUT),
            CappedStream.ONE_OBJECT,
            in -> json.readTree(in).at("/status/conditions"));
    for (JsonNode each : conditions) {
      if (each.path("type").asText().equals(type)) {
        return Optional.of(
            new NodeCondition(
                type,
                each.path("status").asText(),
                each.path("reason").asText(),
                each.path("message").asText(),
                time(each.path("lastTransitionTime").asText())));
      }
    }
    return Optional.empty();
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  @Override
  public void write(String node, NodeCondition condition, Instant at) throws ClusterException {
    ObjectNode patch = json.createObjectNode();
    patch
        .putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", condition.type())
        .put("status", condition.status())
        .put("reason", condition.reason())
        .put("message", condition.message())
        .put("lastHeartbeatTime", seconds(at))
        .put("lastTransitionTime", seconds(condition.since()));
    send(
        new ApiRequest("patch", "nodes/status", "", node),
        "PATCH",
        "/api/v1/nodes/" + ApiRequest.encode(node) + "/status",
        patch,
        // The list of conditions is merged by type; a merge patch would replace all of it.
        "application/strategic-merge-patch+json");
  }

  private static String seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void send(ApiRequest call, String method, String path, ObjectNode body, String type)
      throws ClusterException {
    byte[] bytes;
    try {
      bytes = json.writeValueAsBytes(body);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree in memory has no I/O errors
    }
    call.send(
        http,
        new ApiHttp.Request(method, path, bytes, TIMEOUT, type),
        CappedStream.ONE_OBJECT,
        InputStream::readAllBytes);
  }

  private static String events(String namespace) {
    return "/apis/events.k8s.io/v1/namespaces/" + ApiRequest.encode(namespace) + "/events";
  }
}
