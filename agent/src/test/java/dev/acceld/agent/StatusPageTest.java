package dev.acceld.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages and the JSON API of a whole agent: a node with eight GPUs, one of them partitioned,
 * claims whose names are markup, and a fault.
 */
class StatusPageTest {
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202egpj";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]*)\"");

  private static AgentStage stage;
  private static Agent agent;
  private static HttpClient http;
  private static OpenApi description;
  private static ClaimId partition;
  private static String fault;

  @BeforeAll
  static void start() throws Exception {
    stage = new AgentStage();
    http = HttpClient.newHttpClient();
    agent =
        stage.ready(
            "one", Map.of(Setting.MACHINE, "h100x8", Setting.named("nvidia-mig-on-demand"), "7"));
    for (String pod : List.of("train-0", HOSTILE)) {
      prepare(stage.claim(pod, AgentStage.DRIVER, d -> !isPartition(d)));
    }
    partition = stage.claim("small", AgentStage.DRIVER, StatusPageTest::isPartition);
    prepare(partition);
    stage.acceld("simulate", "xid", "gpu-1", "79");
    description = new OpenApi(json("/api/v1/openapi.json"));
    await()
        .atMost(AgentStage.PATIENCE)
        .until(() -> !json("/api/v1/faults").path("faults").isEmpty());
    fault = json("/api/v1/faults").at("/faults/0/id").asText();
    await()
        .atMost(AgentStage.PATIENCE)
        .until(() -> json("/api/v1/claims").at("/claims/0").has("held_seconds"));
  }

  @AfterAll
  static void stop() throws Exception {
    http.close();
    stage.close();
  }

  private static boolean isPartition(JsonNode device) {
    return device.path("name").asText().contains("-mig-");
  }

  private static void prepare(ClaimId claim) {
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)))
        .hasEntrySatisfying(claim.uid(), answer -> assertThat(answer.error()).isEmpty());
  }

  private static HttpResponse<String> get(Agent of, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + of.httpAddress().getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return get(agent, path);
  }

  private static JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static JsonNode claim(String name) throws Exception {
    for (JsonNode claim : json("/api/v1/claims").path("claims")) {
      if (claim.path("name").asText().equals(name)) {
        return claim;
      }
    }
    throw new AssertionError("no claim " + name);
  }

  private static String page(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    return answer.body();
  }

  private static List<String> pages() {
    return List.of(
        "/",
        "/claims",
        "/prepares",
        "/faults",
        "/faults/" + fault,
        "/devices/gpu-1",
        "/devices/gpu-7");
  }

  @Test
  void everyAnswerOfTheApiIsAsItIsDescribed() throws Exception {
    String small = claim("small-gpu").at("/devices/0/device").asText();
    Map<String, List<String>> values =
        Map.of("name", List.of("gpu-0", "gpu-1", "gpu-7", small), "id", List.of(fault));
    Set<String> asked = new TreeSet<>();
    for (String template : description.paths()) {
      for (String path : OpenApi.filled(template, values)) {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        description.check(template, 200, JSON.readTree(answer.body()), path);
        asked.add(template);
      }
    }
    assertThat(asked)
        .as("what the API answers; add a path here and in openapi.json")
        .containsExactlyInAnyOrder(
            "/api/v1/devices",
            "/api/v1/devices/{name}",
            "/api/v1/devices/{name}/history",
            "/api/v1/claims",
            "/api/v1/faults",
            "/api/v1/faults/{id}",
            "/api/v1/prepares",
            "/api/v1/topology",
            "/api/v1/conditions",
            "/api/v1/openapi.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/devices/gpu-9",
        "/api/v1/devices/gpu-9/history",
        "/api/v1/devices/",
        "/api/v1/faults/xid-79-0000",
        "/api/v1/faults/..%2f..%2fclaims",
        "/api/v1/nothing",
        "/api/v1/",
        "/api/v2/devices"
      })
  void whatIsNotThereIsAProblemWithTheRemedy(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    description.checkProblem(404, JSON.readTree(answer.body()));
  }

  @Test
  void anyOtherMethodIsAProblemToo() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.httpAddress().getPort() + "/api/v1/devices");
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(uri).DELETE().build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(405);
    description.checkProblem(405, JSON.readTree(answer.body()));
    HttpResponse<String> head =
        http.send(HttpRequest.newBuilder(uri).HEAD().build(), BodyHandlers.ofString());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void pagesAndApiTellTheSame() throws Exception {
    JsonNode first = json("/api/v1/devices/gpu-0").path("device");
    assertThat(first.at("/claims/0/name").asText()).isEqualTo("train-0-gpu");
    assertThat(first.path("memory_total_bytes").asLong()).isEqualTo(85520809984L);
    assertThat(page("/")).contains(">gpu-0<", "train-0-gpu", "NVIDIA H100 80GB HBM3", "80 GiB");
    JsonNode broken = json("/api/v1/devices/gpu-1").path("device");
    assertThat(broken.path("state").asText()).isEqualTo("unhealthy");
    String words = broken.at("/problems/0/message").asText();
    assertThat(words).contains("79");
    for (String path : List.of("/", "/devices/gpu-1", "/faults", "/faults/" + fault)) {
      assertThat(page(path)).as(path).contains(words, "reboot the node");
    }
    assertThat(json("/api/v1/prepares").path("prepares")).hasSizeGreaterThanOrEqualTo(3);
    assertThat(page("/prepares")).contains("class=\"step get\"", "class=\"step hardware\"");
    assertThat(page("/devices/gpu-7")).contains("1g.10gb", "held by default/small-gpu");
    JsonNode topology = json("/api/v1/topology");
    assertThat(topology.path("links")).hasSize(28);
    assertThat(topology.at("/links/0/relation").asText()).isEqualTo("nvlink");
    assertThat(page("/")).contains("NV18");
    assertThat(json("/api/v1/conditions").path("ready").asBoolean()).isTrue();
  }

  @Test
  void historyHasAsManyValuesAsTimes() throws Exception {
    await()
        .atMost(AgentStage.PATIENCE)
        .until(() -> json("/api/v1/devices/gpu-0/history").at("/readings/seconds").size() > 2);
    JsonNode readings = json("/api/v1/devices/gpu-0/history").path("readings");
    assertThat(readings.path("values").has("power_watts")).isTrue();
    readings
        .path("values")
        .forEach(column -> assertThat(column).hasSameSizeAs(readings.path("seconds")));
  }

  @Test
  void namesAreNeitherMarkupNorTurnTheDirection() throws Exception {
    for (String path : pages()) {
      String page = page(path);
      assertThat(page).as(path).doesNotContain("<img", "\u202e", "onerror=alert(1)>\"");
    }
    for (String path : List.of("/", "/claims", "/prepares")) {
      assertThat(page(path)).as(path).contains("&lt;img src=x onerror=alert(1)&gt;", "\\u202egpj");
    }
    String raw = get("/api/v1/claims").body();
    assertThat(raw).doesNotContain("\u202e").contains("\\u202Egpj");
    assertThat(claim(HOSTILE + "-gpu").at("/pods/0").asText()).isEqualTo(HOSTILE);
    String encoded = URLEncoder.encode(HOSTILE, UTF_8).replace("+", "%20");
    HttpResponse<String> asked = get("/devices/" + encoded);
    assertThat(asked.statusCode()).isEqualTo(404);
    assertThat(asked.body()).contains("&lt;img").doesNotContain("<img", "\u202e");
  }

  @Test
  void noPageHasScriptsOrStylesOfItsOwn() throws Exception {
    for (String path : pages()) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.headers().firstValue("Content-Security-Policy"))
          .as(path)
          .hasValueSatisfying(policy ->
              assertThat(policy)
                  .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
                  .doesNotContain("unsafe"));
      assertThat(answer.body())
          .as(path)
          .doesNotContain("<style", " style=", "javascript:", "http://", "https://")
          .doesNotContainPattern("<script(?![^>]* src=)")
          .doesNotContainPattern("\\son\\w+=\"");
      assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws Exception {
    Set<String> seen = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    for (String path : pages()) {
      Matcher links = LINK.matcher(page(path));
      while (links.find()) {
        String to =
            URI.create("http://x" + path).resolve(links.group(1).replace("&#39;", "'")).getPath();
        if (!links.group(1).startsWith("#") && seen.add(to) && get(to).statusCode() != 200) {
          wrong.add(path + " -> " + to);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).contains("/", "/claims", "/faults/" + fault, "/metrics", "/readyz");
  }

  @Test
  void styleAndScriptMayBeKeptForGoodAndAnotherVersionIsNotThere() throws Exception {
    Matcher script =
        Pattern.compile("src=\"\\./(assets/[0-9a-f]{16}/)status.js\"").matcher(page("/"));
    assertThat(script.find()).isTrue();
    for (String name : List.of("status.js", "status.css", "icon.svg")) {
      HttpResponse<String> answer = get("/" + script.group(1) + name);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Cache-Control"))
          .hasValueSatisfying(value -> assertThat(value).contains("immutable"));
      assertThat(get("/assets/0000000000000000/" + name).statusCode()).isEqualTo(404);
    }
    assertThat(get("/" + script.group(1) + "..%2fopenapi.json").statusCode()).isEqualTo(404);
  }

  @Test
  void aDeviceThatVanishesLeavesAPageThatSaysSo() throws Exception {
    ClaimId claim = stage.claim("gone", AgentStage.DRIVER, StatusPageTest::isPartition);
    prepare(claim);
    String device = claim("gone-gpu").at("/devices/0/device").asText();
    await().atMost(AgentStage.PATIENCE).until(() -> get("/devices/" + device).statusCode() == 200);
    assertThat(stage.kubelet.unprepare(AgentStage.DRIVER, List.of(claim)))
        .containsEntry(claim.uid(), "");
    await().atMost(AgentStage.PATIENCE).until(() -> get("/devices/" + device).statusCode() == 404);
    assertThat(get("/devices/" + device).body())
        .contains("There is no device", device, "href=\"../\"", "id=\"main\"", "status.js");
  }

  @Test
  void aDamagedRecordIsToldOnEveryPageWithFaults() throws Exception {
    Path damaged = stage.stateDir().resolve("flight/xid-79-0bad.json.gz");
    Files.writeString(damaged, "damaged");
    try {
      await()
          .atMost(AgentStage.PATIENCE)
          .until(() -> !json("/api/v1/faults").path("damaged").isEmpty());
      assertThat(json("/api/v1/faults").path("known").asBoolean()).isTrue();
      for (String path : List.of("/", "/faults", "/devices/gpu-0", "/devices/gpu-1")) {
        assertThat(page(path)).as(path).contains(damaged + " cannot be read: ");
      }
    } finally {
      Files.delete(damaged);
    }
    await()
        .atMost(AgentStage.PATIENCE)
        .until(() -> json("/api/v1/faults").path("damaged").isEmpty());
  }

  @Test
  void eventsTellThatThereIsSomethingNew() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.httpAddress().getPort() + "/events");
    HttpResponse<Stream<String>> stream =
        http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines());
    assertThat(stream.headers().firstValue("Content-Type"))
        .hasValue("text/event-stream; charset=utf-8");
    try (var lines = stream.body()) {
      assertThat(lines.filter(line -> line.startsWith("data: ")).limit(2))
          .allSatisfy(line -> assertThat(JSON.readTree(line.substring(6)).has("time")).isTrue());
    }
  }

  @Test
  void whoMayNotReadMetricsMayNotReadPages() throws Exception {
    try (AgentStage other = new AgentStage()) {
      String hash = BCrypt.withDefaults().hashToString(4, "secret".toCharArray());
      Path web =
          Files.writeString(
              other.dir.resolve("web.yml"), "basic_auth_users:\n  ops: \"" + hash + "\"\n");
      Agent secured = other.start("one", Map.of(Setting.WEB_CONFIG_FILE, web.toString()));
      String login = "Basic " + Base64.getEncoder().encodeToString("ops:secret".getBytes(UTF_8));
      for (String path :
          List.of("/", "/claims", "/faults", "/prepares", "/api/v1/devices", "/metrics")) {
        URI uri = URI.create("http://127.0.0.1:" + secured.httpAddress().getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        assertThat(http.send(request.build(), BodyHandlers.ofString()).statusCode())
            .as(path)
            .isEqualTo(401);
        HttpRequest with = request.header("Authorization", login).build();
        assertThat(http.send(with, BodyHandlers.ofString()).statusCode()).as(path).isEqualTo(200);
      }
      for (String path : List.of("/events", "/assets/x", "/devices/x", "/faults/x")) {
        assertThat(get(secured, path).statusCode()).as(path).isEqualTo(401);
      }
      description.checkProblem(401, JSON.readTree(get(secured, "/api/v1/claims").body()));
      assertThat(get(secured, "/healthz").body()).isEqualTo("ok\n");
    }
  }

  @Test
  void whereItIsOffThereIsThePlainList() throws Exception {
    try (AgentStage other = new AgentStage()) {
      Agent off = other.start("off", Map.of(Setting.STATUS_PAGE, "false"));
      HttpResponse<String> list = get(off, "/");
      assertThat(list.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
      assertThat(list.body()).contains("/metrics", "/healthz", "/readyz");
      for (String path : List.of("/api/v1/devices", "/api/v1/openapi.json")) {
        HttpResponse<String> api = get(off, path);
        assertThat(api.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(api.body()).path("remedy").asText())
            .contains("--status-page=true");
      }
      for (String path : List.of("/events", "/claims", "/devices/gpu-0", "/assets/x")) {
        assertThat(get(off, path).statusCode()).as(path).isEqualTo(404);
      }
      assertThat(get(off, "/metrics").statusCode()).isEqualTo(200);
    }
  }
}
