package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A driver upgrade as the GPU Operator's driver manager does it, by the label of the Node. */
class ReleaseLabelTest {
  private static final String KEY = "nvidia.com/gpu.deploy.client";
  private static final Map<Setting, String> SETTINGS =
      Map.of(Setting.MACHINE, "h100x8", Setting.RELEASE_LABEL, KEY);

  private AgentStage stage;

  @BeforeEach
  void begin() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void label(String value) {
    ObjectNode node = (ObjectNode) stage.api.find(ApiKind.NODES, "", AgentStage.NODE).orElseThrow();
    node.withObject("metadata").withObject("labels").put(KEY, value);
    stage.api.replace(ApiKind.NODES, "", node);
  }

  private Said acceld(String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--state-dir", stage.stateDir().toString()));
    return Said.by(line.toArray(String[]::new));
  }

  /** What of the driver this process has open or mapped. */
  private List<String> open() throws IOException {
    Path machine = stage.stateDir().resolve("machine").toRealPath();
    List<String> found = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          Path file = Files.readSymbolicLink(descriptor);
          if (file.startsWith(machine.resolve("dev"))) {
            found.add(file.toString());
          }
        } catch (IOException e) {
          // the listing's own
        }
      }
    }
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      maps.filter(l -> l.contains("libnvidia-ml") && l.contains(machine.toString()))
          .forEach(found::add);
    }
    return found;
  }

  private static String condition(Agent agent, String name) {
    return agent.conditions().stream()
        .filter(c -> c.name().equals(name))
        .map(Condition::sentence)
        .findFirst()
        .orElse("");
  }

  @Test
  void theDriverIsUpgradedWhileTheLabelIsPaused() throws Exception {
    Agent agent = stage.ready("a0", SETTINGS);
    ClaimId running = stage.claim("running");
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(running)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).isEmpty());
    ClaimId waiting = stage.claim("waiting");
    List<String> files = stage.claimFiles();
    assertThat(open()).isNotEmpty();
    agent.close();
    assertThat(open()).isEmpty();

    label("paused-for-driver-upgrade");
    agent = stage.ready("a1", SETTINGS);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(open()).as("nothing of the driver").isEmpty());
    Agent second = agent;
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(condition(second, "released"))
                .contains("released", KEY + "=paused-for-driver-upgrade", "running pods keep"));
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(waiting)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).isNotEmpty());
    assertThat(stage.claimFiles()).isEqualTo(files);
    assertThat(acceld("release", "--all", "--back").text())
        .contains("released by the label " + KEY, "takes them back by itself");

    Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
    machine.unloadDriver();
    machine.loadDriver();
    assertThat(open()).as("the label still says so").isEmpty();
    label("true");
    // Looks at once, where the agent itself looks once a minute.
    assertThat(acceld("release", "--all", "--back").status()).isZero();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(second.inventory().devices()).hasSize(8));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
    assertThat(condition(second, "released")).isEmpty();
    assertThat(stage.claimFiles()).isEqualTo(files);
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(waiting)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).isEmpty());
  }

  @Test
  void aReasonIsShownAndPreparesAreRefusedWithThatWord() throws Exception {
    Agent agent = stage.ready("a0", Map.of(Setting.MACHINE, "h100x8"));
    ClaimId claim = stage.claim("user");
    assertThat(acceld("release", "--all", "--reason", "driver 585").status()).isZero();
    assertThat(open()).isEmpty();
    assertThat(condition(agent, "released"))
        .contains("(driver 585)", "acceld release --all --back");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).hasSize(8));
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).contains("is released"));
    assertThat(acceld("release", "--all", "--back").status()).isZero();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
    assertThat(condition(agent, "released")).isEmpty();
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).isEmpty());
    assertThat(acceld("release", "gpu-1", "--reason", "x").status()).isEqualTo(2);
    assertThat(stage.api.requests().count("get", "nodes"))
        .as("without a label nobody asks again")
        .isLessThanOrEqualTo(2);
  }

  @Test
  void anUnknownLabelReleasesNothing() throws Exception {
    label("true");
    Agent agent = stage.ready("a0", SETTINGS);
    assertThat(agent.inventory().devices()).hasSize(8);
    assertThat(stage.taints()).isEmpty();
    assertThat(condition(agent, "released")).isEmpty();
  }
}
