package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.cli.Commands;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.local.LocalClient;
import dev.acceld.fake.ClaimId;
import dev.acceld.machine.Simulation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What whole agents record of faults, and the commands that show it. */
class FaultRecordsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private JsonNode faults() throws Exception {
    return json("faults").path("faults");
  }

  /** What the log says meanwhile is left out. */
  private JsonNode json(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("-o", "json"));
    String text = stage.acceld(all.toArray(String[]::new));
    return JSON.readTree(text.substring(text.indexOf("{\n")));
  }

  /** The agent's latest readings, as others of the agent see them. */
  private JsonNode readings() throws Exception {
    return new LocalClient(stage.stateDir())
        .ask("readings", JSON.createObjectNode())
        .findPath("seconds");
  }

  private String onlyId() throws Exception {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(faults()).hasSize(1));
    return faults().path(0).path("id").asText();
  }

  private Said said(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--state-dir", stage.stateDir().toString()));
    return Said.by(all.toArray(String[]::new));
  }

  @Test
  void aFaultUnderAClaimIsRecordedFromItsBeginningToItsEnd() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    assertThat(stage.acceld("faults")).contains("No faults are recorded on this node.");
    ClaimId claim = stage.claim("train");
    stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim));
    await().atMost(PATIENCE).until(() -> !readings().isEmpty());
    machine().xid("gpu-0", 79);

    String id = onlyId();
    assertThat(id).startsWith("xid-79-");
    assertThat(stage.acceld("faults"))
        .contains(id, "gpu-0", "xid 79", "active", "default/train-gpu", "default/train");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.acceld("faults", "show", id, "--ascii"))
                .contains(
                    "XID 79",
                    "xid:NoSchedule",
                    "claim        default/train-gpu, pods default/train",
                    "ResourceSlice update: ok",
                    "readings from",
                    "AT FAULT",
                    "utilization",
                    "active for",
                    "ends when"));
    String page = stage.acceld("faults", "show", id, "--ascii");
    assertThat(page.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(page.chars()).allSatisfy(c -> assertThat(c).isLessThan(127));
    assertThat(AgentStage.metrics(agent))
        .contains(
            "acceld_flight_records_total{outcome=\"written\"} 1.0",
            "acceld_flight_records_total{outcome=\"failed\"} 0.0");

    machine().reboot();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.acceld("faults", "show", id)).contains("ended at", "rebooted"));
  }

  @Test
  void aTpuChipThatIsLostIsOneRecordWithoutTheShapesThatItIsIn() throws Exception {
    stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v5ex8"));
    machine().lose("tpu-0");
    String id = onlyId();
    assertThat(id).startsWith("device-lost-");
    assertThat(stage.acceld("faults")).contains("tpu-0", "device-lost", "active");
    machine().restore("tpu-0");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.acceld("faults")).contains(id, "ended"));
    assertThat(faults()).hasSize(1);
  }

  @Test
  void anUnknownIdNamesTheNearestAndRecordsAreReadWithoutAnAgent() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    machine().xid("gpu-0", 79);
    String id = onlyId();
    String wrong = id.substring(0, id.length() - 1) + "_";
    Said unknown = said("faults", "show", wrong);
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.text())
        .contains("there is no fault '" + wrong + "'; the nearest is '" + id + "'");
    assertThat(stage.acceld("faults", "show", "xid-79")).contains(id);

    agent.close();
    assertThat(stage.acceld("faults")).contains("no agent runs here", id, "gpu-0");
    assertThat(stage.acceld("faults", "show", id)).contains("readings from", "XID 79");
    assertThat(said("faults", "show", "xid-80").text()).contains("the nearest is '" + id);
  }

  @Test
  void withoutAgentAndRecordsTheCommandSaysSo() {
    Said said = said("faults");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text()).contains("no agent runs with the state directory");
  }

  @Test
  void theArchiveOfASupportCaseHasEverythingButSecrets() throws Exception {
    stage.ready(
        "a0", Map.of(Setting.OTLP_ENDPOINT, "http://collector:s3cr3t-value@127.0.0.1:1/otlp"));
    machine().xid("gpu-0", 79);
    String id = onlyId();
    Path file = stage.dir.resolve("case.tar.gz");
    assertThat(stage.acceld("faults", "export", "-o", file.toString())).contains("wrote " + file);
    Map<String, String> files = unpack(file);
    assertThat(files.keySet())
        .contains(
            "acceld-case/README.txt",
            "acceld-case/faults/" + id + ".json",
            "acceld-case/devices.json",
            "acceld-case/conditions.json",
            "acceld-case/claims.json",
            "acceld-case/settings.json",
            "acceld-case/readings.json",
            "acceld-case/doctor.json",
            "acceld-case/versions.json");
    assertThat(files.get("acceld-case/README.txt")).doesNotContain("Not included");
    assertThat(Files.readString(stage.dir.resolve("kubeconfig"))).contains("token");
    assertThat(files.values())
        .noneMatch(text -> text.contains("s3cr3t-value") || text.contains("token: fake"));
    JsonNode settings = JSON.readTree(files.get("acceld-case/settings.json"));
    assertThat(settings.path("otlpEndpoint").asText()).isEqualTo("http://***@127.0.0.1:1/otlp");
    assertThat(settings.path("nodeName").asText()).isEqualTo(AgentStage.NODE);
    assertThat(JSON.readTree(files.get("acceld-case/doctor.json")).size()).isGreaterThan(5);
    JsonNode record = JSON.readTree(files.get("acceld-case/faults/" + id + ".json"));
    assertThat(record.path("readings").path("values").size()).isGreaterThan(5);
  }

  /** As with {@code kubectl exec … acceld faults export > case.tar.gz}, here without an agent. */
  @Test
  void theArchiveGoesToStandardOutputWithoutAFileAndNamesWhatItLacks() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    machine().xid("gpu-0", 79);
    String id = onlyId();
    agent.close();
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(Commands.run("faults", "export", "--state-dir=" + stage.stateDir())).isZero();
    } finally {
      System.setOut(before);
    }
    Path file = Files.write(stage.dir.resolve("case.tar.gz"), bytes.toByteArray());
    Map<String, String> files = unpack(file);
    assertThat(files).containsKeys("acceld-case/faults/" + id + ".json", "acceld-case/doctor.json");
    assertThat(files.get("acceld-case/README.txt"))
        .contains("Not included:\n", "- devices.json: no agent runs");
  }

  /** With the tar of the machine, which knows the format. */
  private Map<String, String> unpack(Path file) throws Exception {
    Path to = Files.createDirectory(stage.dir.resolve("unpacked"));
    Process tar =
        new ProcessBuilder("tar", "-xzf", file.toString(), "-C", to.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as(said).isZero();
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      assertThat(in.readAllBytes().length % 512).isZero();
    }
    Map<String, String> files = new TreeMap<>();
    try (var all = Files.walk(to)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        files.put(to.relativize(each).toString(), Files.readString(each));
      }
    }
    return files;
  }
}
