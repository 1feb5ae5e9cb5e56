package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.PlainWords.Said;
import dev.acceld.agent.config.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device has a name that is published and a short one, and every command knows both. */
class DeviceNamesTest {
  private AgentStage stage;
  private final Map<String, String> published = new HashMap<>();

  @BeforeEach
  void anAgentWithGpusAndTpus() throws Exception {
    stage = new AgentStage();
    Agent agent = stage.ready("one", Map.of(Setting.MACHINE, "mixed"));
    Awaitility.await()
        .atMost(AgentStage.PATIENCE)
        .until(() ->
            agent.inventory().devices().stream().filter(d -> !d.group()).count()
                == json("simulate list").size());
    for (JsonNode device : json("simulate list")) {
      published.put(device.path("device").asText(), device.path("published").asText());
    }
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Said run(String line) throws Exception {
    return PlainWords.run((line + " --state-dir=" + stage.stateDir()).split(" "));
  }

  private JsonNode json(String line) throws Exception {
    return new ObjectMapper().readTree(run(line + " -o json").out());
  }

  private String done(String line) throws Exception {
    Said said = run(line);
    assertThat(said.status()).as(said.text()).isZero();
    return said.out();
  }

  @Test
  void theMachineAndTheAgentAgreeOnBothNames() throws Exception {
    Map<String, String> byAgent = new HashMap<>();
    for (JsonNode device : json("devices")) {
      byAgent.put(device.path("alias").asText(), device.path("name").asText());
    }
    assertThat(byAgent).isEqualTo(published).containsKeys("gpu-0", "gpu-1", "tpu-0", "tpu-3");
    assertThat(done("devices")).contains("ALIAS", "gpu-1", "tpu-3", published.get("gpu-1"));
    assertThat(done("simulate list")).contains("PUBLISHED", "gpu-1", published.get("gpu-1"));
  }

  @Test
  void eitherNameIsTaken() throws Exception {
    for (Map.Entry<String, String> names : published.entrySet()) {
      String alias = names.getKey();
      String name = names.getValue();
      for (String word : List.of(alias, name, name.toUpperCase(Locale.ROOT))) {
        assertThat(json("devices " + word).at("/0/name").asText()).as(word).isEqualTo(name);
      }
      assertThat(done("simulate restore " + alias)).startsWith(alias + " (" + name + ") is back");
      assertThat(done("simulate restore " + name)).startsWith(name + " (" + alias + ") is back");
    }
  }

  @Test
  void everyVerbSaysInOneLineWhatItDidToWhich() throws Exception {
    String name = published.get("gpu-1");
    String both = "gpu-1 (" + name + ")";
    List<String[]> verbs = new ArrayList<>();
    verbs.add(new String[] {"xid gpu-1 31", both + ": the driver reports XID 31"});
    verbs.add(new String[] {"lose gpu-1", both + " no longer responds"});
    verbs.add(new String[] {"lose gpu-1 --off-the-bus", "is off the PCI bus"});
    verbs.add(new String[] {"restore " + name, name + " (gpu-1) is back, without faults"});
    verbs.add(new String[] {"set gpu-1 temperature=80", both + ": temperature=80"});
    verbs.add(
        new String[] {"hang nvmlDeviceGetName gpu-1", both + ": nvmlDeviceGetName no longer"});
    verbs.add(new String[] {"hang nvmlDeviceGetSerial", "nvmlDeviceGetSerial no longer returns"});
    verbs.add(new String[] {"unhang nvmlDeviceGetName", "nvmlDeviceGetName returns again"});
    verbs.add(new String[] {"unhang nvmlDeviceGetSerial", "nvmlDeviceGetSerial returns again"});
    verbs.add(
        new String[] {
          "fail nvmlDeviceGetName 15 gpu-1", both + ": nvmlDeviceGetName fails with code 15"
        });
    verbs.add(new String[] {"fail nvmlDeviceGetName 0", "nvmlDeviceGetName no longer fails"});
    verbs.add(new String[] {"mig gpu-1 pending", both + ": MIG mode is on after the next reset"});
    verbs.add(new String[] {"mig gpu-1 on", both + ": MIG mode is on"});
    verbs.add(new String[] {"partition gpu-1 PROFILE 0", both + ": partition PROFILE is created"});
    verbs.add(new String[] {"mig gpu-1 off", both + ": MIG mode is off"});
    verbs.add(new String[] {"unload-driver", "the driver is unloaded"});
    verbs.add(new String[] {"load-driver", "the driver is loaded"});
    verbs.add(new String[] {"reboot", "the machine has rebooted"});
    String profile =
        json("devices gpu-1").at("/0/model").asText().contains("H200") ? "1g.18gb" : "1g.10gb";
    for (String[] verb : verbs) {
      String said = done("simulate " + verb[0].replace("PROFILE", profile));
      assertThat(said).as(verb[0]).contains(verb[1].replace("PROFILE", profile)).hasLineCount(1);
    }
  }

  @Test
  void releaseTakesAndSaysBothNamesToo() throws Exception {
    String name = published.get("gpu-0");
    assertThat(done("release gpu-0")).contains("gpu-0 (" + name + ") is released");
    assertThat(done("release --back " + name)).contains(name + " (gpu-0) is taken back");
    assertThat(done("release --all")).contains("gpu-0 (" + name + ") is released", "gpu-1 (");
    assertThat(done("release --all --back")).contains("gpu-0 (" + name + ") is taken back");
    assertThat(json("release gpu-0").at("/aliases/" + name).asText()).isEqualTo("gpu-0");
  }
}
