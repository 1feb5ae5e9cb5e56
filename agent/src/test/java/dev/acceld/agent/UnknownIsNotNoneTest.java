package dev.acceld.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.http.Endpoint.Request;
import dev.acceld.agent.http.Reply;
import dev.acceld.agent.status.StatusPage;
import dev.acceld.agent.status.model.StatusSources;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.fake.ClaimId;
import dev.acceld.history.RecentReadings;
import dev.acceld.recorder.FlightFiles;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.usage.UsageReport;
import dev.acceld.usage.UsageStage;
import dev.acceld.vendor.HealthRules;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages and the API while not everything is known: they neither say "none" nor "free". */
class UnknownIsNotNoneTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = UsageStage.GPU.value();
  private static final Duration STEP = Duration.ofSeconds(1);

  @TempDir Path dir;
  private final AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
  private RecentReadings recent;
  private NodeSnapshot node;
  private boolean claimsKnown = true;

  @BeforeEach
  void start() {
    recent = new RecentReadings(STEP, clock::get);
    node = new UsageStage().look();
  }

  private Reply get(String path) {
    StatusSources sources =
        new StatusSources(
            "node-1",
            "acceld.dev",
            "0.1.0",
            () -> node,
            () -> claimsKnown,
            Optional.empty(),
            recent::of,
            () -> UsageReport.EMPTY,
            () -> List.of(Condition.advisory("devices", true, "all")),
            List::of,
            FlightFiles.below(dir));
    String endpoint =
        path.startsWith("/api/v1/")
            ? "/api/v1/"
            : path.startsWith("/devices/") ? "/devices/" : path;
    try (StatusPage page = StatusPage.of(sources)) {
      return Objects.requireNonNull(page.endpoints().get(endpoint), endpoint)
          .get(new Request(path, null, null));
    }
  }

  private String page(String path) {
    Reply reply = get(path);
    assertThat(reply.status()).as(path).isEqualTo(200);
    return new String(reply.body(), UTF_8);
  }

  /** Checked against the description. */
  private JsonNode json(String path) throws Exception {
    OpenApi description = new OpenApi(JSON.readTree(get("/api/v1/openapi.json").body()));
    JsonNode answer = JSON.readTree(get(path).body());
    description.check(path.replace(NAME, "{name}"), 200, answer, path);
    return answer;
  }

  private void reads(Sample sample) {
    DeviceSnapshot first = node.devices().getFirst();
    DeviceSnapshot read =
        new DeviceSnapshot(
            first.device(),
            first.whole(),
            true,
            sample,
            List.of(),
            Optional.empty(),
            Map.of(),
            HealthRules.NONE,
            first.holders());
    node =
        new NodeSnapshot(
            1, List.of(read), node.probes(), node.claims(), node.containers(), Map.of());
  }

  @Test
  void utilizationIsTheOneThatIsCounted() throws Exception {
    reads(Sample.of(Map.of(Metric.SM_ACTIVE, 0.25)));
    assertThat(json("/api/v1/devices").at("/devices/0/utilization_ratio").asDouble())
        .isEqualTo(0.25);
    assertThat(page("/")).contains(">25%<");
  }

  @Test
  void whatMayBeHeldByAClaimThatCannotBeReadIsNotFree() throws Exception {
    UsageStage stage = new UsageStage();
    stage.devices.add(UsageStage.partition(UsageStage.SMALL, "1g.10gb", 10L << 30));
    node = stage.look();
    claimsKnown = false;
    assertThat(json("/api/v1/claims").path("known").asBoolean()).isFalse();
    assertThat(json("/api/v1/devices").findValuesAsText("availability"))
        .containsOnly("unknown")
        .hasSize(3);
    for (String path : List.of("/", "/claims")) {
      assertThat(page(path))
          .as(path)
          .contains("Not all claims are known", "condition &#39;claims&#39;")
          .doesNotContain("No claim is prepared");
    }
    assertThat(page("/"))
        .contains(">not known<", "<li class=\"bad\"><b>– of 3</b> devices held by claims")
        .doesNotContain("free");
    assertThat(page("/devices/" + NAME)).contains(">not known<").doesNotContain("free");
  }

  @Test
  void theClaimsThatAreKnownAreListedBesideWhatIsNotKnown() throws Exception {
    node = new UsageStage().prepare("one", UsageStage.OTHER).look();
    claimsKnown = false;
    assertThat(json("/api/v1/claims").at("/claims/0/name").asText()).isEqualTo("claim-one");
    assertThat(json("/api/v1/devices").findValuesAsText("availability"))
        .containsExactly("unknown", "held");
    assertThat(page("/claims")).contains("Not all claims are known", ">team/claim-one<");
    assertThat(page("/")).contains("<b>at least 1 of 2</b> devices held by claims");
    claimsKnown = true;
    assertThat(json("/api/v1/claims").path("known").asBoolean()).isTrue();
    assertThat(page("/claims")).doesNotContain("Not all claims are known");
    assertThat(page("/")).contains("<li><b>1 of 2</b> devices held by claims", ">free<");
  }

  @Test
  void aWholeAgentTellsOfARecordThatCannotBeRead() throws Exception {
    try (AgentStage stage = new AgentStage();
        HttpClient http = HttpClient.newHttpClient()) {
      Agent first = stage.ready("one", Map.of());
      ClaimId claim = stage.claim("train");
      assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)))
          .hasEntrySatisfying(claim.uid(), answer -> assertThat(answer.error()).isEmpty());
      assertThat(body(http, first, "/api/v1/claims")).contains("\"known\":true", "train-gpu");
      first.close();
      for (String copy : List.of("claims", "claim-copies")) {
        Path record = stage.stateDir().resolve(copy).resolve(claim.uid() + ".json");
        assertThat(record).exists();
        Files.writeString(record, "{");
      }
      Agent second = stage.ready("two", Map.of());
      assertThat(body(http, second, "/api/v1/claims"))
          .isEqualTo("{\"known\":false,\"claims\":[]}\n");
      assertThat(body(http, second, "/api/v1/devices")).contains("\"availability\":\"unknown\"");
      assertThat(body(http, second, "/")).contains("Not all claims are known", "claim UID");
    }
  }

  private static String body(HttpClient http, Agent agent, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.httpAddress().getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }

  @Test
  void aGpuWhosePartitionsAreHeldIsNotFree() throws Exception {
    UsageStage stage = new UsageStage();
    stage.devices.add(UsageStage.partition(UsageStage.SMALL, "1g.10gb", 10L << 30));
    node = stage.look();
    assertThat(page("/devices/" + NAME)).contains(">free<").doesNotContain("in partitions");
    node = stage.prepare("small", UsageStage.SMALL).look();
    assertThat(json("/api/v1/devices").findValuesAsText("availability"))
        .containsExactly("partitioned", "free", "held");
    assertThat(page("/")).contains(">in partitions<").containsOnlyOnce(">free<");
    assertThat(page("/devices/" + NAME)).contains(">in partitions<").doesNotContain(">free<");
  }

  private void probe(ProbeStatus.State state, List<DeviceSnapshot> devices) {
    ProbeStatus probe = new ProbeStatus("nvidia", state, Instant.now(), "no answer for 30 s");
    node = new NodeSnapshot(1, devices, List.of(probe), node.claims(), node.containers(), Map.of());
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTING", "HUNG", "FAILED"})
  void aNodeWhoseDriverHasNotAnsweredHasUnknownDevices(ProbeStatus.State state) throws Exception {
    probe(state, List.of());
    assertThat(json("/api/v1/devices").path("known").asBoolean()).isFalse();
    assertThat(page("/"))
        .contains("Not all devices are known: nvidia: no answer for 30 s")
        .contains("<li class=\"bad\"><b>0 of –</b> devices healthy")
        .contains("<li class=\"bad\"><b>0 of –</b> devices held by claims")
        .doesNotContain("No devices on this node");
    for (String path : List.of("/devices/gpu-0", "/api/v1/devices/gpu-0")) {
      Reply reply = get(path);
      assertThat(reply.status()).as(path).isEqualTo(503);
      assertThat(reply.headers()).as(path).containsEntry("Retry-After", "5");
      assertThat(new String(reply.body(), UTF_8)).contains("not known yet; nvidia: no answer");
    }
    assertThat(get("/devices/gpu-0").headers()).containsKey("Content-Security-Policy");
  }

  @ParameterizedTest
  @EnumSource(names = {"READY", "WAITING"})
  void aNodeWhoseDriverHasAnsweredHasNone(ProbeStatus.State state) throws Exception {
    probe(state, List.of());
    assertThat(json("/api/v1/devices").path("known").asBoolean()).isTrue();
    assertThat(page("/")).contains("No devices on this node", "0 of 0");
    assertThat(get("/devices/gpu-0").status()).isEqualTo(404);
    assertThat(get("/api/v1/devices/gpu-0").status()).isEqualTo(404);
  }

  @Test
  void aDriverThatHangsLaterLeavesTheDevicesKnown() throws Exception {
    probe(ProbeStatus.State.HUNG, node.devices());
    assertThat(json("/api/v1/devices").path("known").asBoolean()).isTrue();
    assertThat(get("/devices/gpu-9").status()).isEqualTo(404);
    probe(ProbeStatus.State.STARTING, node.devices());
    assertThat(json("/api/v1/devices").path("known").asBoolean()).isFalse();
    assertThat(page("/")).contains("Not all devices are known", ">gpu-0<");
    assertThat(get("/devices/" + NAME).status()).isEqualTo(200);
  }

  @Test
  void whenReadingsStopTheChartHasNoCurrentValue() {
    DeviceName gpu = UsageStage.GPU;
    for (int i = 0; i < 60; i++) {
      clock.addAndGet(STEP.toNanos());
      recent.add(new Readings(Instant.now(), Map.of(gpu, Sample.of(Map.of(Metric.POWER, 640.0)))));
    }
    assertThat(page("/devices/" + NAME)).contains("<b>power</b> 640 W", "now 640 W");
    clock.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(page("/devices/" + NAME))
        .contains("<b>power</b> –", "now –", "highest 640 W")
        .doesNotContain("now 640 W");
  }
}
