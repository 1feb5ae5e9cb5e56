package dev.acceld.agent.host;

import static dev.acceld.agent.AgentStage.DRIVER;
import static dev.acceld.agent.AgentStage.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.agent.Agent;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.doctor.Doctor;
import dev.acceld.agent.doctor.Finding;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A state directory belongs to one driver, one node and one machine. */
class StateOwnershipTest {
  private static final String OTHER = "other.example.com";
  private static final Map<Setting, String> AS_OTHER = Map.of(Setting.DRIVER_NAME, OTHER);
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private ClaimId prepared() {
    ClaimId claim = stage.claim("pod-1");
    assertThat(stage.kubelet.prepare(DRIVER, List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    return claim;
  }

  private String refusal(Map<Setting, String> settings) {
    try {
      stage.start("intruder", settings);
    } catch (ConfigException e) {
      assertThat(e.getMessage()).doesNotContain("\n").contains(stage.stateDir().toString());
      return String.valueOf(e.getMessage());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("it started with " + settings);
  }

  private List<String> drivers() {
    return stage.api.all(ApiKind.SLICES).stream()
        .map(s -> s.at("/spec/driver").asText())
        .distinct()
        .toList();
  }

  @Test
  void aSecondDriverIsRefusedAndTheFirstOneGoesOn() throws Exception {
    Agent first = stage.ready("a0", Map.of());

    assertThat(refusal(AS_OTHER))
        .contains("belongs to driver acceld.dev", "driver " + OTHER, "--state-dir");

    first.close();
    stage.ready("a1", Map.of());
    prepared();
    assertThat(drivers()).containsExactly(DRIVER);
  }

  @Test
  void twoDriversWithDirectoriesOfTheirOwnBothPublishAndPrepare() throws Exception {
    stage.ready("a0", Map.of());
    Map<Setting, String> other = new HashMap<>(AS_OTHER);
    other.put(Setting.STATE_DIR, stage.dir.resolve("other").toString());
    stage.ready("b0", other);

    assertThat(drivers()).containsExactlyInAnyOrder(DRIVER, OTHER);
    prepared();
    ClaimId claim = stage.claim("pod-2", OTHER);
    assertThat(stage.kubelet.prepare(OTHER, List.of(claim)).values())
        .allSatisfy(a -> {
          assertThat(a.error()).isEmpty();
          assertThat(a.devices().getFirst().cdiIds()).allMatch(id -> id.startsWith(OTHER + "/"));
        });
    assertThat(stage.claimFiles()).hasSize(2);
  }

  @Test
  void aNameIsNotChangedOverPreparedClaims() throws Exception {
    Agent first = stage.ready("a0", Map.of());
    ClaimId claim = prepared();
    first.close();
    Path file = stage.cdiDir().resolve(DRIVER + "-claim_" + claim.uid() + ".json");
    byte[] before = Files.readAllBytes(file);

    assertThat(refusal(AS_OTHER))
        .contains("a claim is prepared", "--driver-name acceld.dev until", "acceld claims");
    AgentConfig settings = stage.config("doctor", AS_OTHER);
    assertThat(Doctor.examine(settings, Map.of(), Path.of("/proc")))
        .filteredOn(f -> f.name().equals("state owner"))
        .singleElement()
        .satisfies(f -> {
          assertThat(f.state()).isEqualTo(Finding.State.FAIL);
          assertThat(f.what()).contains("--driver-name acceld.dev until");
        });

    Agent back = stage.ready("a1", Map.of());
    assertThat(stage.claimFiles()).containsExactly(file.getFileName().toString());
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(stage.kubelet.unprepare(DRIVER, List.of(claim))).containsEntry(claim.uid(), "");
    back.close();
    stage.ready("b0", AS_OTHER); // the way out
    assertThat(refusal(Map.of())).contains("belongs to driver " + OTHER);
  }

  @Test
  void anotherMachineDoesNotReplaceTheHardwareOfClaims() throws Exception {
    Agent first = stage.ready("a0", Map.of());
    prepared();
    Path device = stage.stateDir().resolve("machine/sys/bus/pci/devices");
    int functions = device.toFile().list().length;
    Map<Setting, String> bigger = Map.of(Setting.MACHINE, "h100x8");

    assertThat(refusal(bigger)).contains("simulated machine h100x1", "simulated machine h100x8");
    first.close();
    assertThat(refusal(bigger)).contains("--machine h100x1 until");

    assertThat(device.toFile().list()).hasSize(functions);
    Agent again = stage.ready("a1", Map.of());
    assertThat(again.claims()).hasSize(1);
  }

  @Test
  void anotherNodeIsRefused() throws Exception {
    Agent first = stage.ready("a0", Map.of());
    prepared();
    first.close();
    assertThat(refusal(Map.of(Setting.NODE_NAME, "node-2")))
        .contains("belongs to node " + NODE, "node node-2", "--node-name " + NODE);
  }

  @Test
  void aDirectoryWithoutTheMarkIsTakenOverUnlessItsRecordsNameAnother() throws Exception {
    Agent first = stage.ready("a0", Map.of());
    prepared();
    first.close();
    Path mark = stage.stateDir().resolve("owner");

    for (String damage : List.of("", "{\"driver\":")) {
      Files.writeString(mark, damage);
      assertThat(refusal(AS_OTHER)).contains("belongs to driver acceld.dev");
      assertThat(refusal(Map.of(Setting.NODE_NAME, "node-2"))).contains("node " + NODE);
      assertThat(refusal(Map.of(Setting.MACHINE, "h100x8"))).contains("machine h100x1");
    }
    Files.delete(mark);
    assertThat(refusal(AS_OTHER)).contains("belongs to driver acceld.dev");
    Agent again = stage.ready("a1", Map.of());
    assertThat(again.claims()).hasSize(1);
    assertThat(StateOwner.read(stage.stateDir())).contains(new StateOwner(DRIVER, NODE, "h100x1"));
  }

  @Test
  void whatCannotBeReadIsNotTakenForNothing() throws Exception {
    Agent first = stage.ready("a0", Map.of());
    first.close();
    Files.delete(stage.stateDir().resolve("owner"));
    Files.createDirectory(stage.stateDir().resolve("owner")); // cannot be read
    assertThatThrownBy(() -> stage.start("a1", Map.of()))
        .hasMessageContaining("its owner cannot be determined");
    Files.delete(stage.stateDir().resolve("owner"));
    stage.start("a2", Map.of());
  }
}
