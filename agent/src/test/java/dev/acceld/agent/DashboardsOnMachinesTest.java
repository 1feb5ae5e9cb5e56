package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.agent.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The chart's dashboards have no empty panel on any machine with a device: of each panel that is
 * not in a closed row, the series of one query (or of one side of an {@code or} in it) are served
 * by an idle agent. Prometheus itself is asked in the cluster suite.
 */
class DashboardsOnMachinesTest {
  private static final Path DASHBOARDS = Path.of("../daemonset/chart/acceld/dashboards");
  private static final Pattern SERIES = Pattern.compile("\\bacceld_\\w+");
  private static final Pattern EITHER = Pattern.compile("\\s+or\\s+(?:on \\(\\)\\s+)?");

  /** What comes with the first claim or pod, on every machine. */
  private static final Pattern WITH_THE_FIRST_POD =
      Pattern.compile(
          "acceld_(?:prepare|unprepare|kubelet_call)_duration_seconds_\\w+"
              + "|acceld_pod_startup_seconds_\\w+");

  /** The names of the series that none of the panel's queries finds; empty when one finds all. */
  private static List<String> missing(JsonNode panel, Set<String> served) {
    List<String> missing = new ArrayList<>();
    for (JsonNode target : panel.path("targets")) {
      for (String side : EITHER.split(target.path("expr").asText(), -1)) {
        List<String> here = new ArrayList<>();
        Matcher name = SERIES.matcher(side);
        while (name.find()) {
          if (!served.contains(name.group())
              && !WITH_THE_FIRST_POD.matcher(name.group()).matches()) {
            here.add(name.group());
          }
        }
        if (here.isEmpty()) {
          return List.of();
        }
        missing.addAll(here);
      }
    }
    return missing;
  }

  private static List<String> empty(Set<String> served) throws IOException {
    List<String> empty = new ArrayList<>();
    int panels = 0;
    try (Stream<Path> files = Files.list(DASHBOARDS)) {
      for (Path file : files.sorted().toList()) {
        for (JsonNode panel : new JsonMapper().readTree(file.toFile()).path("panels")) {
          if (!panel.path("type").asText().equals("row")) {
            panels++;
            List<String> missing = missing(panel, served);
            if (!missing.isEmpty()) {
              empty.add(file.getFileName() + ": " + panel.path("title").asText() + " " + missing);
            }
          }
        }
      }
    }
    assertThat(panels).isGreaterThan(60);
    return empty;
  }

  private static Set<String> names(Agent agent) throws IOException, InterruptedException {
    Set<String> names = new HashSet<>();
    for (String line : AgentStage.metrics(agent)) {
      Matcher name = SERIES.matcher(line);
      if (name.lookingAt()) {
        names.add(name.group());
      }
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"h100x1", "v100x4", "l4x1", "tpu-v4x4", "tpu7x4", "mixed"})
  void noPanelIsEmpty(String machine) throws Exception {
    try (AgentStage stage = new AgentStage()) {
      Agent agent = stage.ready("a0", Map.of(Setting.MACHINE, machine));
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(empty(names(agent))).isEmpty());
    }
  }

  @Test
  void aPanelForGpusOnlyIsFound() throws IOException {
    JsonNode panel =
        new JsonMapper()
            .readTree(
                """
                {"targets": [
                  {"expr": "max by (device) (acceld_device_power_watts)"},
                  {"expr": "acceld_device_present and on (device) acceld_device_claim_info\\nor acceld_device_x"}]}
                """);
    Set<String> tpu = Set.of("acceld_device_present");
    assertThat(missing(panel, tpu))
        .containsExactly(
            "acceld_device_power_watts", "acceld_device_claim_info", "acceld_device_x");
    assertThat(missing(panel, Set.of("acceld_device_power_watts"))).isEmpty();
    assertThat(missing(panel, Set.of("acceld_device_x"))).isEmpty();
  }
}
