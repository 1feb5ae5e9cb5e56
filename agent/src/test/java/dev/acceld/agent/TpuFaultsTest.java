package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.Commands;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.apiserver.ApiKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What happens to a chip's PCIe link reaches scheduler, Prometheus and person, and no other chip.
 */
class TpuFaultsTest {
  private static final String CHIP = "tpu-0000-00-07";

  private AgentStage stage;
  private Agent agent;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v5ex8"));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void aFatalErrorTakesTheChipAndItsShapesAwayUntilItIsReset() throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(metrics())
                .contains("acceld_device_pcie_link_width_lanes{device=\"" + CHIP + "\"")
                .contains("acceld_device_pcie_link_generation{device=\"" + CHIP + "\""));
    acceld("simulate", "aer", CHIP, "fatal");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(taints())
                .containsOnlyKeys(
                    CHIP, "tpu-1x2-0000-00-04", "tpu-2x2-0000-00-04", "tpu-2x4-0000-00-04")
                .allSatisfy((device, taint) -> assertThat(taint).isEqualTo("aer NoSchedule")));
    assertThat(series("acceld_device_health_reason", "reason=\"aer\"")).endsWith(" 1.0");
    assertThat(series("acceld_device_pcie_errors_total", "error=\"fatal\"")).endsWith(" 1.0");
    assertThat(acceld("devices", CHIP))
        .contains("fatal PCIe error (AER): the link to the chip is not reliable until a reset")
        .contains("recommended action: reset the device");
    acceld("simulate", "restore", CHIP);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(taints()).isEmpty());
  }

  @Test
  void aLinkThatLosesLanesDegradesAndOneThatIsDownTakesAway() throws Exception {
    acceld("simulate", "link", CHIP, "8");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(taints()).containsEntry(CHIP, "pcie-link-narrow None"));
    assertThat(acceld("devices", CHIP)).contains("x8 instead of x16");
    acceld("simulate", "link", CHIP, "0");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(taints().get(CHIP)).contains("pcie-link-down NoSchedule"));
    acceld("simulate", "link", CHIP, "16");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(taints()).isEmpty());
  }

  private Map<String, String> taints() {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        List<String> each = new ArrayList<>();
        for (JsonNode taint : device.path("taints")) {
          String key = taint.path("key").asText();
          each.add(key.substring(key.indexOf('/') + 1) + " " + taint.path("effect").asText());
        }
        if (!each.isEmpty()) {
          found.put(device.path("name").asText(), String.join(", ", each));
        }
      }
    }
    return found;
  }

  private String metrics() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.httpAddress().getPort() + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  /** The line of that name, chip and label. */
  private String series(String name, String label) throws Exception {
    return metrics()
        .lines()
        .filter(line ->
            line.startsWith(name + "{")
                && line.contains("device=\"" + CHIP + "\"")
                && line.contains(label))
        .findFirst()
        .orElse("");
  }

  private String acceld(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--state-dir", stage.stateDir().toString()));
    PrintStream before = System.out;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    System.setOut(new PrintStream(caught, true, StandardCharsets.UTF_8));
    try {
      assertThat(Commands.run(all.toArray(String[]::new))).isZero();
      return caught.toString(StandardCharsets.UTF_8);
    } finally {
      System.setOut(before);
    }
  }
}
