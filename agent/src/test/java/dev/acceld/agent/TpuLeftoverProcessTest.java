package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.device.Device;
import dev.acceld.fake.ClaimId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A process that has a chip open outside of any claim reaches scheduler, Prometheus and person, and
 * so does its end. The machine is simulated, and so is its {@code /proc}.
 */
class TpuLeftoverProcessTest {
  private static final String CHIP = "tpu-0000-00-07";
  private static final String OTHER = "tpu-0000-00-04";
  private static final String UID = "0a1b2c3d-0000-1111-2222-333344445555";

  private AgentStage stage;
  private Agent agent;
  private Path proc;
  private String file;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v5ex8"));
    proc = stage.stateDir().resolve("machine/proc");
    file = fileOf(CHIP);
    write("2/comm", "kthreadd\n");
    link("1/fd/0", "/dev/null"); // the files of all processes can be seen
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void write(String path, String text) throws IOException {
    Files.writeString(below(path), text);
  }

  private void link(String path, String target) throws IOException {
    Files.createSymbolicLink(below(path), Path.of(target));
  }

  private Path below(String path) throws IOException {
    Path file = proc.resolve(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return file;
  }

  private void hasItOpen() throws IOException {
    write("4711/comm", "python3\n");
    write("4711/cgroup", "0::/kubepods/pod" + UID + "/c\n");
    link("4711/fd/9", file);
  }

  @Test
  void theChipIsTakenAwayUntilTheProcessEnds() throws Exception {
    hasItOpen();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.taints())
                .containsOnlyKeys(
                    CHIP, "tpu-1x2-0000-00-04", "tpu-2x2-0000-00-04", "tpu-2x4-0000-00-04")
                .allSatisfy(
                    (device, taint) -> assertThat(taint).isEqualTo("leftover-process NoSchedule")));
    assertThat(reason(CHIP)).endsWith(" 1.0");
    assertThat(reason(OTHER)).isEmpty();
    assertThat(stage.acceld("devices", CHIP))
        .contains("a process has the device open, and no claim of this driver holds it")
        .contains("process 4711 (python3) of the pod with UID " + UID)
        .contains("recommended action: if the process does not end by itself, kill it on the node");

    Files.delete(proc.resolve("4711/fd/9"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(reason(CHIP)).isEmpty());
    assertThat(stage.acceld("devices", CHIP)).doesNotContain("4711");
  }

  @Test
  void aProcessOfThisMachineIsSimulatedToHaveAChipOpen() throws Exception {
    String pid = Long.toString(ProcessHandle.current().pid());
    assertThat(stage.acceld("simulate", "run", CHIP, "--pid", pid)).contains("has it open");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints()).containsEntry(CHIP, "leftover-process NoSchedule"));
    assertThat(stage.acceld("devices", CHIP))
        .contains("process " + pid + " (" + Files.readString(Path.of("/proc/self/comm")).strip());
    stage.acceld("simulate", "stop", CHIP, "--pid", pid);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
  }

  /** By the time that the process of another chip is told, this one was seen as often. */
  @Test
  void theProcessOfAClaimIsNone() throws Exception {
    ClaimId claim =
        stage.claim("p", AgentStage.DRIVER, device -> device.path("name").asText().equals(CHIP));
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)))
        .hasEntrySatisfying(claim.uid(), answer -> assertThat(answer.error()).isEmpty());
    hasItOpen();
    write("4712/comm", "python3\n");
    link("4712/fd/9", fileOf(OTHER));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.taints()).containsKey(OTHER).doesNotContainKey(CHIP));
  }

  private String fileOf(String chip) {
    return agent.inventory().devices().stream()
        .filter(device -> device.name().value().equals(chip))
        .map(Device::common)
        .findFirst()
        .orElseThrow()
        .files()
        .getFirst()
        .path();
  }

  private String reason(String chip) throws Exception {
    return AgentStage.metrics(agent).stream()
        .filter(line -> line.startsWith("acceld_device_health_reason{"))
        .filter(line -> line.contains("device=\"" + chip + "\""))
        .filter(line -> line.contains("reason=\"leftover-process\""))
        .findFirst()
        .orElse("");
  }
}
