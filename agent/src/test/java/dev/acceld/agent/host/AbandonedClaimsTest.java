package dev.acceld.agent.host;

import static dev.acceld.agent.AgentStage.DRIVER;
import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.Agent;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.doctor.Doctor;
import dev.acceld.agent.doctor.Finding;
import dev.acceld.fake.ClaimId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims that no agent serves any more are named by whoever is there. */
class AbandonedClaimsTest {
  private static final String OTHER = "other.example.com";

  private AgentStage stage;
  private Map<Setting, String> asOther;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    asOther =
        Map.of(
            Setting.DRIVER_NAME,
            OTHER,
            Setting.STATE_DIR,
            stage.kubeletDir().resolve("plugins").resolve(OTHER).resolve("state").toString());
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private ClaimId prepared(String driver) {
    ClaimId claim = stage.claim("pod-1", driver);
    assertThat(stage.kubelet.prepare(driver, List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    return claim;
  }

  private List<String> seenBy(AgentConfig config) throws IOException {
    return new AbandonedClaims(config).look();
  }

  @Test
  void thoseOfAFormerDriverNameAreNamedWithTheRemedy() throws Exception {
    AgentConfig other = stage.config("b0", asOther);
    Agent former = stage.ready("a0", Map.of());
    ClaimId claim = prepared(DRIVER);
    assertThat(seenBy(other)).as("served by the other agent").isEmpty();
    former.close();

    String sentence = "a claim of driver " + DRIVER + " is prepared on this node, and no agent";
    assertThat(seenBy(other))
        .singleElement()
        .asString()
        .contains(
            sentence,
            "--driver-name " + DRIVER + " and --state-dir " + stage.stateDir(),
            "remove " + stage.stateDir().resolve("claims"));
    Agent agent = stage.start("b0", asOther);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(agent.conditions())
                .anySatisfy(c -> {
                  assertThat(c.name()).isEqualTo("other-claims");
                  assertThat(c.ok()).isFalse();
                  assertThat(c.required()).isFalse();
                  assertThat(c.sentence()).contains(sentence);
                }));
    assertThat(Doctor.examine(other, Map.of(), Path.of("/proc")))
        .anySatisfy(f -> {
          assertThat(f.state()).isEqualTo(Finding.State.FAIL);
          assertThat(f.what()).contains(sentence);
        });

    Agent again = stage.ready("a1", Map.of());
    assertThat(seenBy(other)).isEmpty();
    assertThat(stage.kubelet.unprepare(DRIVER, List.of(claim))).containsEntry(claim.uid(), "");
    again.close();
    assertThat(seenBy(other)).isEmpty();
  }

  @Test
  void thoseWhoseRecordsAreLostAreNamedByTheirCdiFiles() throws Exception {
    Agent former = stage.ready("a0", Map.of());
    prepared(DRIVER);
    former.close();
    try (var files = Files.walk(stage.stateDir())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Files.writeString(stage.cdiDir().resolve("gpu.nvidia.com-claim_u1.json"), "{}");
    assertThat(seenBy(stage.config("b0", asOther)))
        .singleElement()
        .asString()
        .contains(
            "a claim of driver " + DRIVER, stage.cdiDir().resolve(DRIVER + "-claim_*").toString());
  }

  @Test
  void thoseOfTheSameDriverInAnotherDirectoryAreNamed() throws Exception {
    Path base = stage.dir.resolve("base");
    Path own = base.resolve("drivers").resolve(OTHER);
    Map<Setting, String> inBase =
        Map.of(Setting.DRIVER_NAME, OTHER, Setting.STATE_DIR, base.toString());
    Map<Setting, String> inOwn =
        Map.of(Setting.DRIVER_NAME, OTHER, Setting.STATE_DIR, own.toString());
    Agent former = stage.ready("a0", inBase);
    prepared(OTHER);
    former.close();
    assertThat(seenBy(stage.config("a1", inOwn)))
        .singleElement()
        .asString()
        .contains("a claim of driver " + OTHER + " is recorded in " + base, "--state-dir " + base);
    assertThat(seenBy(stage.config("a1", inBase))).isEmpty();
  }
}
