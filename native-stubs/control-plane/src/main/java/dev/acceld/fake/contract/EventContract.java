package dev.acceld.fake.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.contract.ApiServerCalls.Answer;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Events of {@code events.k8s.io/v1}, and what else is patched: one condition of a Node. Each test
 * uses names of its own, and removes what it made.
 */
public abstract class EventContract {
  private static final String EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events";
  private static final String NODES = "/api/v1/nodes";
  private static final String MERGE = "application/merge-patch+json";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";

  private final ObjectMapper json = new ObjectMapper();
  private final String name = "contract-" + UUID.randomUUID();
  private ApiServerCalls api = new ApiServerCalls(ApiServerAccess.plain(java.net.URI.create("")));

  /** Not made by users. */
  protected EventContract() {}

  /** The server that is held to it. */
  protected abstract ApiServerAccess access();

  @BeforeEach
  final void connect() {
    api.close();
    api = new ApiServerCalls(access());
  }

  @AfterEach
  final void remove() throws Exception {
    api.send("DELETE", EVENTS + "/" + name, null);
    api.send("DELETE", NODES + "/" + name, null);
    api.close();
  }

  private ObjectNode event() {
    ObjectNode event = json.createObjectNode();
    event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
    event.putObject("metadata").put("name", name).put("namespace", "default");
    event.put("eventTime", "2026-11-29T04:00:00.000000Z").put("type", "Warning");
    event.put("reason", "Contract").put("action", "Testing").put("note", "a note");
    event.put("reportingController", "acceld.dev").put("reportingInstance", "contract");
    event.putObject("regarding").put("apiVersion", "v1").put("kind", "Node").put("name", name);
    return event;
  }

  private ObjectNode series(int count) {
    ObjectNode patch = json.createObjectNode();
    patch
        .putObject("series")
        .put("count", count)
        .put("lastObservedTime", "2026-11-29T04:01:00.000000Z");
    return patch;
  }

  @Test
  void anEventIsStoredOnceUnderItsName() throws Exception {
    Answer made = api.send("POST", EVENTS, event());
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().path("note").asText()).isEqualTo("a note");
    refused(api.send("POST", EVENTS, event()), 409, "AlreadyExists");
  }

  @Test
  void aRepetitionIsPatchedIntoTheSeriesAndNothingElseMayChange() throws Exception {
    api.send("POST", EVENTS, event());
    for (String type : new String[] {MERGE, STRATEGIC}) {
      Answer again = api.patch(EVENTS + "/" + name, type, series(2));
      assertThat(again.status()).as("%s", again.body()).isEqualTo(200);
      assertThat(again.body().at("/series/count").asInt()).isEqualTo(2);
    }
    refused(api.patch(EVENTS + "/" + name, MERGE, series(1)), 422, "Invalid");
    ObjectNode note = json.createObjectNode().put("note", "another");
    refused(api.patch(EVENTS + "/" + name, MERGE, note), 422, "Invalid");
    assertThat(api.patch(EVENTS + "/" + name, "application/json", series(3)).status())
        .isEqualTo(415);
  }

  @Test
  void whatIsForgottenCannotBePatched() throws Exception {
    refused(api.patch(EVENTS + "/" + name, MERGE, series(2)), 404, "NotFound");
  }

  /** Each of them breaks a valid Event in one place. */
  static Stream<Named<Consumer<ObjectNode>>> mistakes() {
    return Stream.of(
        mistake("no controller", event -> event.remove("reportingController")),
        mistake(
            "a controller with a blank", event -> event.put("reportingController", "acceld dev")),
        mistake("no instance", event -> event.remove("reportingInstance")),
        mistake("an instance of 129", event -> event.put("reportingInstance", "x".repeat(129))),
        mistake("no action", event -> event.remove("action")),
        mistake("no reason", event -> event.remove("reason")),
        mistake("a reason of 129", event -> event.put("reason", "x".repeat(129))),
        mistake("a note of 1025", event -> event.put("note", "x".repeat(1025))),
        mistake("a note of 1026 bytes", event -> event.put("note", "é".repeat(513))),
        mistake("no type", event -> event.remove("type")),
        mistake("an unknown type", event -> event.put("type", "Error")),
        mistake("no time", event -> event.remove("eventTime")),
        mistake("a count of the old API", event -> event.put("deprecatedCount", 1)),
        mistake(
            "a series of one",
            event ->
                event
                    .putObject("series")
                    .put("count", 1)
                    .put("lastObservedTime", "2026-11-29T04:01:00.000000Z")));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void oneMistakeRefusesTheEvent(Consumer<ObjectNode> mistake) throws Exception {
    ObjectNode event = event();
    mistake.accept(event);
    refused(api.send("POST", EVENTS, event), 422, "Invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-29T04:00:00Z", "2026-11-29T04:00:00.123Z", "yesterday"})
  void aTimeHasSixDigitsOfASecond(String time) throws Exception {
    refused(api.send("POST", EVENTS, event().put("eventTime", time)), 400, "BadRequest");
  }

  @Test
  void aNoteOf1024BytesFits() throws Exception {
    Answer made = api.send("POST", EVENTS, event().put("note", "x".repeat(1024)));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
  }

  @Test
  void aConditionIsMergedIntoTheStatusOfANodeByItsType() throws Exception {
    ObjectNode node = json.createObjectNode();
    node.put("apiVersion", "v1").put("kind", "Node").putObject("metadata").put("name", name);
    assertThat(api.send("POST", NODES, node).status()).isEqualTo(201);
    String status = NODES + "/" + name + "/status";

    assertThat(api.patch(status, STRATEGIC, condition("First", "True")).status()).isEqualTo(200);
    assertThat(api.patch(status, STRATEGIC, condition("Second", "True")).status()).isEqualTo(200);
    Answer changed = api.patch(status, STRATEGIC, condition("First", "False"));
    assertThat(changed.status()).as("%s", changed.body()).isEqualTo(200);

    JsonNode conditions = api.get(NODES + "/" + name).body().at("/status/conditions");
    assertThat(conditions.findValuesAsText("type")).containsExactlyInAnyOrder("First", "Second");
    for (JsonNode each : conditions) {
      assertThat(each.path("status").asText())
          .isEqualTo(each.path("type").asText().equals("First") ? "False" : "True");
    }
  }

  private ObjectNode condition(String type, String status) {
    ObjectNode patch = json.createObjectNode();
    patch
        .putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", type)
        .put("status", status)
        .put("reason", "Contract")
        .put("message", "a message")
        .put("lastTransitionTime", "2026-11-29T04:00:00Z");
    return patch;
  }

  private static void refused(Answer answer, int status, String reason) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().path("kind").asText()).isEqualTo("Status");
    assertThat(answer.body().path("reason").asText()).isEqualTo(reason);
  }

  private static Named<Consumer<ObjectNode>> mistake(String name, Consumer<ObjectNode> change) {
    return Named.of(name, change);
  }
}
