package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An OpenAPI 3.1 description, and whether answers are as it says. */
final class OpenApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode description;

  OpenApi(JsonNode description) {
    this.description = description;
    assertThat(description.path("openapi").asText()).startsWith("3.1.");
    List<String> lost = new ArrayList<>();
    for (JsonNode ref : description.findValues("$ref")) {
      if (description.at(ref.asText().substring(1)).isMissingNode()) {
        lost.add(ref.asText());
      }
    }
    assertThat(lost).as("references to nothing").isEmpty();
  }

  /** All that can be asked for with GET. */
  Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    description
        .path("paths")
        .properties()
        .forEach(p -> {
          assertThat(p.getValue().has("get")).as(p.getKey()).isTrue();
          paths.add(p.getKey());
        });
    return paths;
  }

  /** A path with each of the values for its parameter. */
  static List<String> filled(String template, Map<String, List<String>> values) {
    List<String> filled = new ArrayList<>();
    values.forEach((name, all) -> {
      if (template.contains("{" + name + "}")) {
        all.forEach(value -> filled.add(template.replace("{" + name + "}", value)));
      }
    });
    return filled.isEmpty() ? List.of(template) : filled;
  }

  /** Fails unless the answer is as the path's response says. */
  void check(String template, int status, JsonNode answer, String what) {
    JsonNode response =
        description.path("paths").path(template).path("get").path("responses").path("" + status);
    validate(response.path("content").path("application/json").path("schema"), answer, what);
  }

  /** Fails unless the answer is a problem of that status. */
  void checkProblem(int status, JsonNode answer) {
    validate(description.at("/components/schemas/ProblemDetails"), answer, "problem");
    assertThat(answer.path("status").asInt()).isEqualTo(status);
    assertThat(answer.path("remedy").asText()).isNotBlank();
  }

  private void validate(JsonNode schema, JsonNode answer, String what) {
    assertThat(schema.isMissingNode()).as("schema of %s", what).isFalse();
    ObjectNode whole = schema.deepCopy();
    whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    whole.set("components", description.path("components"));
    JsonSchema checked =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(
                whole, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    assertThat(checked.validate(answer)).as("%s: %s", what, JSON.valueToTree(answer)).isEmpty();
  }
}
