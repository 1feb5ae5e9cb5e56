package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A claim for a block of TPU chips: wherever it is shown, it leads to the chips. */
class TpuBlocksTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LINK = Pattern.compile("href=\"([^\"]*)\"");

  private static AgentStage stage;
  private static Agent agent;
  private static HttpClient http;
  private static String block;

  @BeforeAll
  static void start() throws Exception {
    stage = new AgentStage();
    http = HttpClient.newHttpClient();
    agent = stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v5ex8"));
    ClaimId claim =
        stage.claim(
            "train",
            AgentStage.DRIVER,
            device -> device.at("/attributes/shape/string").asText().equals("2x2"));
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)))
        .hasEntrySatisfying(claim.uid(), answer -> assertThat(answer.error()).isEmpty());
    block = agent.claims().getFirst().devices().getFirst().device();
    await()
        .atMost(AgentStage.PATIENCE)
        .until(() -> JSON.readTree(stage.acceld("top", "-o", "json")).path("devices").size() == 8);
  }

  @AfterAll
  static void stop() throws Exception {
    http.close();
    stage.close();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.httpAddress().getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  @Test
  void everyLinkToItLeadsToItsChips() throws Exception {
    for (String path : List.of("/", "/claims")) {
      List<String> wrong = new ArrayList<>();
      Matcher links = LINK.matcher(get(path).body());
      while (links.find()) {
        String to = URI.create("http://x" + path).resolve(links.group(1)).getPath();
        if (!links.group(1).startsWith("#") && get(to).statusCode() != 200) {
          wrong.add(to);
        }
      }
      assertThat(wrong).as(path).isEmpty();
      assertThat(get(path).body()).contains("<bdi>" + block + "</bdi>: <a ");
    }
    assertThat(get("/devices/" + block).body()).contains("is a block of the devices tpu-");
    JsonNode held = JSON.readTree(get("/api/v1/claims").body()).at("/claims/0/devices/0");
    assertThat(held.path("members")).hasSize(4);
    new OpenApi(JSON.readTree(get("/api/v1/openapi.json").body()))
        .check("/api/v1/claims", 200, JSON.readTree(get("/api/v1/claims").body()), "claims");
  }

  @Test
  void topCountsItsChipsAndHasTheirNames() throws Exception {
    JsonNode now = JSON.readTree(stage.acceld("top", "-o", "json"));
    List<String> names = new ArrayList<>();
    now.path("devices").forEach(device -> names.add(device.path("name").asText()));
    List<String> members = new ArrayList<>();
    now.path("groups").path(block).forEach(member -> members.add(member.asText()));
    assertThat(now.path("groups")).as("only what somebody has").hasSize(1);
    assertThat(members).hasSize(4).isSubsetOf(names);
    assertThat(stage.acceld("top", "--once", "--view", "claims"))
        .containsPattern("default/train-gpu +4 ")
        .contains(block);
  }
}
