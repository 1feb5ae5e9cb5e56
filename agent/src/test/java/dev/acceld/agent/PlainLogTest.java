package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.PlainWords.Said;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import dev.acceld.telemetry.log.LogFormat;
import dev.acceld.telemetry.log.LogSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a whole agent logs, answers and puts into readiness when people get things wrong. */
class PlainLogTest {
  private AgentStage stage;
  private int claims;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    LogSetup.configure(LogFormat.TEXT, "info"); // other tests change it
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Said run(String line) throws Exception {
    return PlainWords.run((line + " --state-dir=" + stage.stateDir()).split(" "));
  }

  @Test
  void aReleaseThatCannotBe() throws Exception {
    stage.ready("one", Map.of(Setting.MACHINE, "mixed"));
    Said said = run("release --back gpu-0");
    assertThat(said.text())
        .contains("gpu-", "is not released; 'acceld devices' shows which GPUs are")
        .contains("a local command was rejected");
    PlainWords.check(said.text());
    for (String line : List.of("release gpu-7", "release tpu-0", "release --back nothing")) {
      Said refused = run(line);
      assertThat(refused.status()).as(line).isEqualTo(1);
      assertThat(refused.text()).as(line).contains(line.substring(line.lastIndexOf(' ') + 1));
      PlainWords.check(refused.text());
    }
    Files.writeString(stage.stateDir().resolve("released"), "a file where a directory has to be");
    Said blocked = run("release gpu-0");
    assertThat(blocked.text()).contains("cannot be saved", "released");
    PlainWords.check(blocked.text());
  }

  @Test
  void whatAnOldDriverLacksAndHowADeviceIs() throws Exception {
    String log =
        PlainWords.printed(() -> {
          stage.ready("one", Map.of(Setting.MACHINE, "v100x4"));
          Simulation.open(stage.stateDir().resolve("machine")).xid("gpu-0", 79);
          Awaitility.await()
              .atMost(AgentStage.PATIENCE)
              .until(() -> stage.api.all(ApiKind.SLICES).toString().contains("acceld.dev/xid"));
          return null;
        });
    assertThat(log)
        .contains(
            "NVML lacks nvmlDevice",
            "nvmlDeviceGetMarginTemperature",
            "Probe nvidia is ready: 4 devices",
            "is unhealthy: XID 79");
    PlainWords.check(log);
  }

  @Test
  void wrongConfigurationInAClaim() throws Exception {
    stage.ready("one", Map.of(Setting.MACHINE, "h100x8"));
    for (String[] wrong :
        new String[][] {
          {"{}", "$.apiVersion: is missing"},
          {"[]", "$: must be an object, not a list"},
          {"{\"apiVersion\": 1}", "$.apiVersion: must be a string, not the number 1"},
          {
            "{\"apiVersion\": \"gpu.acceld.dev/v1alpha1\", \"kind\": \"Gpu\"}",
            "known are GpuConfig"
          },
          {
            "{\"apiVersion\": \"gpu.acceld.dev/v1alpha1\", \"kind\": \"GpuConfig\", \"x\": 1}",
            "$.x: is not known; known are"
          }
        }) {
      String answer = prepared(wrong[0]);
      assertThat(answer).contains("the opaque configuration of the claim is wrong at", wrong[1]);
      PlainWords.check(answer);
    }
  }

  /** The kubelet's error for a new claim with these parameters. */
  private String prepared(String parameters) throws Exception {
    ClaimId claim = stage.claim("pod-" + claims++);
    ObjectNode object = stage.api.find(ApiKind.CLAIMS, "default", claim.name()).orElseThrow();
    ObjectNode entry =
        ((ObjectNode) object.at("/status/allocation/devices")).putArray("config").addObject();
    ObjectNode opaque = entry.put("source", "FromClaim").putObject("opaque");
    opaque
        .put("driver", AgentStage.DRIVER)
        .set("parameters", new ObjectMapper().readTree(parameters));
    stage.api.replace(ApiKind.CLAIMS, "default", object);
    StringBuilder errors = new StringBuilder();
    String log =
        PlainWords.printed(() -> {
          stage
              .kubelet
              .prepare(AgentStage.DRIVER, List.of(claim))
              .values()
              .forEach(a -> errors.append(a.error()));
          return null;
        });
    PlainWords.check(log);
    return errors.toString();
  }

  @Test
  void directoriesThatCannotBe() throws Exception {
    Path file = Files.writeString(stage.dir.resolve("file"), "");
    StringBuilder conditions = new StringBuilder();
    String log =
        PlainWords.printed(() -> {
          Agent agent =
              stage.start(
                  "one",
                  Map.of(
                      Setting.CDI_DIR, file.resolve("cdi").toString(),
                      Setting.RELAY_DIR, stage.dir.resolve("none").toString()));
          Awaitility.await()
              .atMost(AgentStage.PATIENCE)
              .until(() -> agent.conditions().stream().anyMatch(c -> c.blocks()));
          agent.conditions().forEach(c -> conditions.append(c.sentence()).append('\n'));
          return null;
        });
    PlainWords.check(log);
    assertThat(conditions.toString()).contains(stage.dir.resolve("none").toString());
    PlainWords.check(conditions.toString());
  }
}
