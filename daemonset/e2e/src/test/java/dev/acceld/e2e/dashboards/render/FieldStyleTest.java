package dev.acceld.e2e.dashboards.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.dashboards.Panel;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FieldStyleTest {
  @Test
  void valuesStandForTexts() throws IOException {
    Panel panel =
        new Panel(
            Optional.empty(),
            new JsonMapper()
                .readTree(
                    """
                    {"fieldConfig": {
                      "defaults": {"unit": "bytes", "mappings": []},
                      "overrides": [
                        {"matcher": {"id": "byName", "options": "Memory"},
                         "properties": [{"id": "mappings", "value": [
                           {"type": "value", "options": {"0": {"text": "none"}}},
                           {"type": "special",
                            "options": {
                              "match": "null+nan", "result": {"text": "not known"}}}]}]}]}}
                    """));
    FieldStyle memory = new FieldStyle(panel, "Memory");
    assertThat(memory.text(Double.NaN)).isEqualTo("not known");
    assertThat(memory.text(0)).isEqualTo("none");
    assertThat(memory.text(1024))
        .isEqualTo(Units.text(1024, "bytes", OptionalInt.empty()))
        .isNotEqualTo("none");
    assertThat(new FieldStyle(panel, "Other").text(Double.NaN)).isEqualTo("NaN");
  }
}
