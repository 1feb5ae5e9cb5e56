package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the real API server asks of an Event of {@code events.k8s.io/v1} (Kubernetes'
 * pkg/apis/core/validation/events.go): fields that must be there, their lengths in bytes, and that
 * only the series may change.
 */
final class EventRules {
  private static final Pattern MICROS =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(Z|[+-]\\d\\d:\\d\\d)");
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern QUALIFIED =
      Pattern.compile("([a-z0-9][-.a-z0-9]*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final List<String> FIXED =
      List.of(
          "regarding",
          "related",
          "reason",
          "note",
          "type",
          "eventTime",
          "action",
          "reportingController",
          "reportingInstance");
  private static final List<String> DEPRECATED =
      List.of(
          "deprecatedSource",
          "deprecatedFirstTimestamp",
          "deprecatedLastTimestamp",
          "deprecatedCount");

  private EventRules() {}

  static void created(ApiKind kind, ObjectNode event) throws ApiRefusalException {
    if (kind != ApiKind.EVENTS) {
      return;
    }
    String name = event.at("/metadata/name").asText();
    require(NAME.matcher(name).matches() && name.length() <= 253, "metadata.name: Invalid value");
    time(event.path("eventTime"), "eventTime");
    String namespace = event.at("/metadata/namespace").asText();
    require(
        event.at("/regarding/namespace").asText().isEmpty()
            ? List.of("default", "kube-system").contains(namespace)
            : true,
        "involvedObject.namespace: Invalid value: does not match event.namespace");
    required(event, "reportingController", 0);
    require(
        QUALIFIED.matcher(event.path("reportingController").asText()).matches(),
        "reportingController: Invalid value: must be a qualified name");
    required(event, "reportingInstance", 128);
    required(event, "action", 128);
    required(event, "reason", 128);
    require(bytes(event.path("note")) <= 1024, "message: can have at most 1024 characters");
    require(
        List.of("Normal", "Warning").contains(event.path("type").asText()),
        "type: Invalid value: has invalid value: " + event.path("type").asText());
    for (String field : DEPRECATED) {
      require(!event.has(field), field + ": Invalid value: needs to be unset");
    }
    series(event);
  }

  static void changed(ApiKind kind, ObjectNode event, ObjectNode old) throws ApiRefusalException {
    if (kind != ApiKind.EVENTS) {
      return;
    }
    for (String field : FIXED) {
      require(
          event.path(field).equals(old.path(field)), field + ": Invalid value: field is immutable");
    }
    series(event);
  }

  private static void series(ObjectNode event) throws ApiRefusalException {
    JsonNode series = event.path("series");
    if (!series.isMissingNode()) {
      require(series.path("count").asInt() >= 2, "series.count: should be at least 2");
      time(series.path("lastObservedTime"), "series.lastObservedTime");
    }
  }

  private static void required(ObjectNode event, String field, int most)
      throws ApiRefusalException {
    int bytes = bytes(event.path(field));
    require(bytes > 0, field + ": Required value");
    require(most == 0 || bytes <= most, field + ": can have at most " + most + " characters");
  }

  /** What is no time at all cannot even be read: 400, not 422. */
  private static void time(JsonNode time, String field) throws ApiRefusalException {
    require(!time.isMissingNode() && !time.isNull(), field + ": Required value");
    if (!MICROS.matcher(time.asText()).matches()) {
      throw new ApiRefusalException(
          400, "BadRequest", "Event in version \"v1\" cannot be handled as a Event: " + field);
    }
  }

  private static int bytes(JsonNode text) {
    return text.asText().getBytes(StandardCharsets.UTF_8).length;
  }

  private static void require(boolean so, String message) throws ApiRefusalException {
    if (!so) {
      throw new ApiRefusalException(422, "Invalid", "Event is invalid: " + message);
    }
  }
}
