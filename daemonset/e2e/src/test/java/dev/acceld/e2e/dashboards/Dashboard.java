package dev.acceld.e2e.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A dashboard of the chart.
 *
 * @param name of its file, without the extension
 */
public record Dashboard(String name, JsonNode json) {
  /** All in a directory, by name. */
  public static List<Dashboard> in(Path directory) throws IOException {
    List<Dashboard> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString().replace(".json", "");
        all.add(new Dashboard(name, new JsonMapper().readTree(file.toFile())));
      }
    }
    return all;
  }

  /** The title. */
  public String title() {
    return json.path("title").asText();
  }

  /** All panels, those of closed rows behind the others; the rows are none. */
  public List<Panel> panels() {
    List<Panel> all = new ArrayList<>();
    for (JsonNode panel : json.path("panels")) {
      if (panel.path("type").asText().equals("row")) {
        String row = panel.path("title").asText();
        panel.path("panels").forEach(inner -> all.add(new Panel(Optional.of(row), inner)));
      } else {
        all.add(new Panel(Optional.empty(), panel));
      }
    }
    return all;
  }

  /** The panel of that type and title. */
  public Panel panel(String type, String title) {
    return panels().stream()
        .filter(panel -> panel.type().equals(type) && panel.title().equals(title))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no " + type + " " + title + " in " + name));
  }

  /** Whether a person chooses a value of that variable. */
  public boolean asksFor(String variable) {
    return variable(variable).isPresent();
  }

  /** Whether several values of the variable can be chosen, or all. */
  public boolean offersAll(String variable) {
    return variable(variable).filter(v -> v.path("includeAll").asBoolean()).isPresent();
  }

  private Optional<JsonNode> variable(String name) {
    for (JsonNode variable : json.at("/templating/list")) {
      if (variable.path("name").asText().equals(name)) {
        return Optional.of(variable);
      }
    }
    return Optional.empty();
  }
}
