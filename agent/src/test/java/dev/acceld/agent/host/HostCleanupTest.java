package dev.acceld.agent.host;

import static dev.acceld.agent.AgentStage.DRIVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.Agent;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left on the host when agents leave. */
class HostCleanupTest {
  private static final Map<Setting, String> TIDY = Map.of(Setting.TIDY, "true");
  private AgentStage stage;
  private Path driverDir;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    driverDir = stage.kubeletDir().resolve("plugins").resolve(DRIVER);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void theLastOneLeavesNothing() throws Exception {
    Agent agent = stage.ready("aaaa1111", TIDY);
    ClaimId claim = stage.claim("pod-1");
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    assertThat(stage.kubelet.unprepare(List.of(claim))).containsEntry(claim.uid(), "");

    agent.close();

    assertThat(driverDir).doesNotExist();
    assertThat(stage.stateDir()).doesNotExist();
    assertThat(stage.kubeletDir().resolve("plugins_registry")).isEmptyDirectory();
    assertThat(stage.cdiDir()).isEmptyDirectory();
  }

  @Test
  void aPreparedClaimKeepsItAll() throws Exception {
    Agent agent = stage.ready("aaaa1111", TIDY);
    ClaimId claim = stage.claim("pod-1");
    stage.kubelet.prepare(List.of(claim));

    agent.close();
    assertThat(stage.stateDir().resolve("claims").resolve(claim.uid() + ".json")).exists();

    Agent next = stage.ready("bbbb2222", TIDY);
    assertThat(next.claims()).hasSize(1);
    stage.kubelet.unprepare(List.of(claim));
    next.close();
    assertThat(driverDir).doesNotExist();
  }

  /** A record that was lost, and a partition that is still to be unmade. */
  @ParameterizedTest
  @ValueSource(strings = {"claim-copies", "leftovers"})
  void whatTheNextProcessNeedsKeepsItAll(String dir) throws Exception {
    Agent agent = stage.ready("aaaa1111", TIDY);
    Path file = stage.stateDir().resolve(dir).resolve("u9-0.json");
    Files.createDirectory(file);

    agent.close();

    assertThat(file).exists();
    assertThat(stage.stateDir().resolve("claims")).isDirectory();
  }

  @Test
  void whileAnotherInstanceIsAliveNothingGoes() throws Exception {
    Agent old = stage.ready("aaaa1111", TIDY);
    Agent young = stage.ready("bbbb2222", TIDY);

    old.close();
    assertThat(stage.stateDir().resolve("claims")).isDirectory();
    ClaimId claim = stage.claim("pod-1");
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    stage.kubelet.unprepare(List.of(claim));

    young.close();
    assertThat(driverDir).doesNotExist();
  }

  @Test
  void whatOthersPutThereStays() throws Exception {
    Agent agent = stage.ready("aaaa1111", TIDY);
    Path notes = Files.writeString(stage.stateDir().resolve("notes.txt"), "mine");
    Path dead = driverDir.resolve("dra-0f8fad5b-d9cb-469f-a165-70867728950e.sock");
    Files.writeString(dead, "no socket");

    agent.close();

    assertThat(notes).hasContent("mine");
    assertThat(dead).exists();
    assertThat(stage.stateDir().resolve("claims")).doesNotExist();
  }

  @Test
  void withoutTheSettingAllStays() throws Exception {
    Agent agent = stage.ready("aaaa1111", Map.of());
    agent.close();
    assertThat(stage.stateDir().resolve("claims")).isDirectory();
  }
}
