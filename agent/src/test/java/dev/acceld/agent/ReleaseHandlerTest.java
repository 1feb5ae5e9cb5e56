package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code acceld release}, from the command line to the slice. */
class ReleaseHandlerTest {
  private AgentStage stage;
  private Agent agent;

  @BeforeEach
  void anAgentWithEightGpus() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("one", Map.of(Setting.MACHINE, "h100x8"));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Said release(String... arguments) {
    List<String> line = new ArrayList<>(List.of("release"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--state-dir", stage.stateDir().toString()));
    return Said.by(line.toArray(String[]::new));
  }

  private List<String> tainted() {
    List<String> names = new ArrayList<>();
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        for (JsonNode taint : device.path("taints")) {
          names.add(device.path("name").asText() + " " + taint.path("key").asText());
        }
      }
    }
    return names;
  }

  private long open() throws IOException {
    Path dev = stage.stateDir().resolve("machine/dev").toRealPath();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(d -> leadsBelow(d, dev)).count();
    }
  }

  private static boolean leadsBelow(Path descriptor, Path dir) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(dir);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void oneGpuThereAndBack() throws Exception {
    String name = agent.inventory().devices().get(3).name().value();
    Said said = release("gpu-3");
    assertThat(said.text())
        .contains("gpu-3 (" + name + ") is released", "acceld release --back gpu-3");
    assertThat(said.status()).isZero();
    assertThat(open()).as("when the command is over").isEqualTo(7);
    Awaitility.await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() -> assertThat(tainted()).containsExactly(name + " acceld.dev/released"));
    assertThat(release("--back", name).text()).contains(name + " (gpu-3) is taken back");
    assertThat(open()).isEqualTo(8);
    Awaitility.await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() -> assertThat(tainted()).isEmpty());
  }

  @Test
  void allAndWhoMayBeUsingThem() throws Exception {
    ClaimId claim = stage.claim("user");
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).isEmpty());
    assertThat(release("--all").text())
        .contains("note: claim " + claim.namespace() + "/" + claim.name());
    assertThat(open()).isZero();
    assertThat(stage.published()).as("nothing is withdrawn").isEqualTo(8);
    assertThat(release("--back", "--all").status()).isZero();
    assertThat(open()).isEqualTo(8);
  }

  @Test
  void whatCannotBeReleasedIsSaid() {
    assertThat(release("gpu-9").text()).contains("no GPU 'gpu-9'", "acceld devices");
    assertThat(release("--back", "gpu-3").text()).contains("is not released", "acceld devices");
    assertThat(release().text()).contains("release needs either a DEVICE or --all");
    assertThat(release("gpu-1", "--all").status()).isEqualTo(2);
  }
}
