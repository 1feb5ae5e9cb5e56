package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.DRIVER;
import static dev.acceld.agent.AgentStage.PATIENCE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole agents: a partition that a pod uses outlives whatever the agent cannot find out. */
class PartitionsStayTest {
  private static final Map<Setting, String> ON_DEMAND =
      Map.of(Setting.named("nvidia-mig-on-demand"), "all");

  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Path machine() {
    return stage.stateDir().resolve("machine");
  }

  private Simulation simulation() {
    return Simulation.open(machine());
  }

  private static Predicate<JsonNode> profile(String name) {
    return d -> d.at("/attributes/profile/string").asText().equals(name);
  }

  /** What the driver has, by its own account. */
  private List<String> hardware() throws IOException {
    try (Stream<String> lines = Files.lines(machine().resolve("var/lib/standin/nvml.state"))) {
      return lines.filter(l -> l.matches("gpu\\.0\\.mig\\.(mode|gi|ci).*")).sorted().toList();
    }
  }

  private PrepareAnswer prepare(String driver, ClaimId claim) {
    return requireNonNull(stage.kubelet.prepare(driver, List.of(claim)).get(claim.uid()));
  }

  private PrepareAnswer prepared(ClaimId claim) {
    PrepareAnswer answer = prepare(DRIVER, claim);
    assertThat(answer.error()).isEmpty();
    assertThat(answer.devices()).isNotEmpty();
    return answer;
  }

  /**
   * Waits until the agent has tidied up once more: it begins with what a crash left half written.
   */
  private void tidied(Path stateDir) throws IOException {
    Path left = stateDir.resolve("claims").resolve(UUID.randomUUID() + ".json.1.tmp");
    Files.writeString(left, "{");
    await().atMost(Duration.ofMinutes(4)).until(() -> !Files.exists(left));
    await().pollDelay(Duration.ofSeconds(3)).until(() -> true); // partitions come last in a round
  }

  private byte[] record(ClaimId claim) throws IOException {
    return Files.readAllBytes(stage.stateDir().resolve("claims").resolve(claim.uid() + ".json"));
  }

  private byte[] cdi(ClaimId claim) throws IOException {
    return Files.readAllBytes(stage.cdiDir().resolve(DRIVER + "-claim_" + claim.uid() + ".json"));
  }

  @ParameterizedTest
  @CsvSource({
    "nvmlDeviceGetUUID, 999",
    "nvmlDeviceGetHandleByIndex_v2, 999",
    "nvmlDeviceGetMigMode, 27",
    "nvmlInitWithFlags, 9"
  })
  void aGpuThatDoesNotAnswerCostsTheRunningPodNothing(String call, int code) throws Exception {
    Agent first = stage.ready("one", ON_DEMAND);
    ClaimId claim = stage.claim("pod", DRIVER, profile("3g.40gb"));
    PrepareAnswer answer = prepared(claim);
    byte[] record = record(claim);
    byte[] cdi = cdi(claim);
    List<String> hardware = hardware();
    simulation().fail(call, code);
    assertThat(prepared(claim).devices()).as("a second pod").isEqualTo(answer.devices());
    assertThat(record(claim)).isEqualTo(record);
    first.close();
    stage.start("two", ON_DEMAND);
    stage.kubelet.awaitRegistered(DRIVER, PATIENCE);
    tidied(stage.stateDir());
    await().atMost(PATIENCE).until(() -> prepare(DRIVER, claim).error().isEmpty());
    assertThat(record(claim)).isEqualTo(record);
    assertThat(cdi(claim)).isEqualTo(cdi);
    assertThat(hardware()).isEqualTo(hardware);
    simulation().fail(call, 0);
    assertThat(stage.kubelet.unprepare(DRIVER, List.of(claim)).values()).containsExactly("");
  }

  @Test
  void aBootIdThatCannotBeReadIsNoOtherBoot() throws Exception {
    Agent first = stage.ready("one", ON_DEMAND);
    ClaimId claim = stage.claim("pod", DRIVER, profile("3g.40gb"));
    PrepareAnswer answer = prepared(claim);
    byte[] record = record(claim);
    List<String> hardware = hardware();
    first.close();
    Path id = machine().resolve("proc/sys/kernel/random/boot_id");
    Path away = id.resolveSibling("away");
    Files.move(id, away);
    stage.ready("two", ON_DEMAND);
    tidied(stage.stateDir());
    assertThat(prepared(claim).devices()).isEqualTo(answer.devices());
    Files.move(away, id);
    assertThat(prepared(claim).devices()).isEqualTo(answer.devices());
    assertThat(record(claim)).isEqualTo(record);
    assertThat(hardware()).isEqualTo(hardware);
    assertThat(stage.kubelet.unprepare(DRIVER, List.of(claim)).values()).containsExactly("");
    assertThat(hardware()).containsExactly("gpu.0.mig.mode=0");
  }

  /** A GPU with a divided partition that a claim has is chosen to be cut on demand. */
  @Test
  void aDividedPartitionOfALiveClaimStaysWhenItsGpuIsCutOnDemand() throws Exception {
    Agent first = stage.ready("one", Map.of());
    simulation().mig("gpu-0", true);
    simulation().partition("gpu-0", "3g.40gb", 0);
    Path state = machine().resolve("var/lib/standin/nvml.state");
    Files.writeString(
        state, Files.readString(state).replaceAll("(gpu\\.0\\.mig\\.ci\\.\\d+\\.0=)3 ", "$11 "));
    await().atMost(PATIENCE).until(() -> stage.published() == 1 && found("-ci0"));
    ClaimId claim = stage.claim("pod", DRIVER, d -> d.path("name").asText().endsWith("-ci0"));
    prepared(claim);
    List<String> hardware = hardware();
    first.close();
    Agent second = stage.ready("two", ON_DEMAND);
    tidied(stage.stateDir());
    assertThat(hardware()).isEqualTo(hardware);
    prepared(claim);
    assertThat(stage.kubelet.unprepare(DRIVER, List.of(claim)).values()).containsExactly("");
    second.close();
    stage.ready("three", ON_DEMAND);
    tidied(stage.stateDir());
    assertThat(hardware()).as("nor is it ours after").isEqualTo(hardware);
  }

  private boolean found(String suffix) {
    return stage.api.all(ApiKind.SLICES).stream()
        .flatMap(s -> s.at("/spec/devices").valueStream())
        .anyMatch(d -> d.path("name").asText().endsWith(suffix));
  }

  /** Two driver names, each with a state directory of its own, on one GPU. */
  @Test
  void aPartitionOfAnotherDriversClaimStays() throws Exception {
    stage.ready("one", ON_DEMAND);
    ClaimId claim = stage.claim("pod", DRIVER, profile("3g.40gb"));
    prepared(claim);
    List<String> hardware = hardware();
    String other = "other.example.com";
    Path otherState = stage.dir.resolve("other");
    stage.start(
        "two",
        Map.of(
            Setting.named("nvidia-mig-on-demand"),
            "all",
            Setting.DRIVER_NAME,
            other,
            Setting.STATE_DIR,
            otherState.toString(),
            Setting.MACHINE,
            "",
            Setting.HOST_ROOT,
            machine().toString(),
            Setting.named("nvidia-driver-root"),
            machine().toString()));
    stage.kubelet.awaitRegistered(other, PATIENCE);
    tidied(otherState);
    assertThat(hardware()).isEqualTo(hardware);
    await().atMost(PATIENCE).until(() -> stage.published() > 30);
    ClaimId same = stage.claim("pod-2", other, profile("3g.40gb"));
    assertThat(prepare(other, same).error()).contains("that this agent did not create");
    assertThat(stage.kubelet.unprepare(other, List.of(same)).values()).containsExactly("");
    assertThat(hardware()).isEqualTo(hardware);
  }
}
