package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static dev.acceld.otlp.FakeCollector.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import dev.acceld.otlp.FakeCollector;
import dev.acceld.otlp.OtlpProperties;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The trace of a claim, as a collector gets it of a whole agent. */
class OtlpTracesTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String CONTEXT = "00-" + TRACE + "-" + SPAN + "-01";

  private static final Pattern EXEMPLAR =
      Pattern.compile("# \\{span_id=\"(\\w{16})\",trace_id=\"(\\w{32})\"}");

  private OtlpProperties properties;
  private FakeCollector collector;
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    properties = new OtlpProperties().set("otel.metrics.exporter", "none");
    collector = new FakeCollector();
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
    collector.close();
    properties.close();
  }

  private Agent agent(Map<Setting, String> more) throws Exception {
    Map<Setting, String> settings = new TreeMap<>(more);
    settings.put(Setting.OTLP_ENDPOINT, collector.url());
    Agent agent = stage.ready("a0", settings);
    machine().set("gpu-0", "utilization", "0");
    return agent;
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private void prepare(ClaimId claim) {
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
  }

  /** Gives the pod its times and an annotation, as the kubelet and its author do. */
  private void starts(String name, Instant scheduled, Instant started, String annotation) {
    ObjectNode pod = stage.api.find(ApiKind.PODS, "default", name).orElseThrow();
    if (!annotation.isEmpty()) {
      pod.withObject("metadata")
          .withObject("annotations")
          .put("tracing.k8s.io/traceparent", annotation);
    }
    ObjectNode status = pod.withObject("status");
    status
        .withArray("conditions")
        .addObject()
        .put("type", "PodScheduled")
        .put("status", "True")
        .put("lastTransitionTime", scheduled.toString());
    status
        .withArray("containerStatuses")
        .addObject()
        .withObject("state")
        .withObject("running")
        .put("startedAt", started.toString());
    stage.api.replace(ApiKind.PODS, "default", pod);
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private Span span(String name) {
    List<Span> named = collector.spans().stream().filter(s -> s.getName().equals(name)).toList();
    assertThat(named).as(name + " of " + collector.spans()).hasSize(1);
    return named.getFirst();
  }

  private void awaitSpan(String name) {
    await()
        .atMost(PATIENCE)
        .until(() -> collector.spans().stream().anyMatch(s -> s.getName().equals(name)));
  }

  private static String traceOf(ClaimId claim) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(claim.uid().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash).substring(0, 32);
  }

  @Test
  void aClaimIsOneTraceFromItsSchedulingToItsFirstUse() throws Exception {
    Agent agent = agent(Map.of());
    ClaimId claim = stage.claim("train");
    Instant scheduled = Instant.now().minusSeconds(4);
    prepare(claim);
    starts("train", scheduled, Instant.now().plusSeconds(1), CONTEXT);
    awaitSpan("claim start");
    assertThat(collector.spans()).noneMatch(s -> s.getName().equals("first use"));
    machine().set("gpu-0", "utilization", "50");
    awaitSpan("first use");

    List<Span> spans = collector.spans();
    assertThat(spans)
        .allSatisfy(s -> assertThat(hex(s.getTraceId())).isEqualTo(traceOf(claim)))
        .allSatisfy(s ->
            assertThat(s.getEndTimeUnixNano()).isGreaterThanOrEqualTo(s.getStartTimeUnixNano()));
    Span root = span("claim start");
    assertThat(root.getParentSpanId()).isEmpty();
    assertThat(root.getLinksList())
        .singleElement()
        .satisfies(link -> {
          assertThat(hex(link.getTraceId())).isEqualTo(TRACE);
          assertThat(hex(link.getSpanId())).isEqualTo(SPAN);
        });
    assertThat(texts(root.getAttributesList()))
        .containsEntry("acceld.claim.uid", claim.uid())
        .containsEntry("acceld.claim.name", "train-gpu")
        .containsEntry("k8s.pod.name", "train");
    assertThat(root.getStartTimeUnixNano() / 1_000_000).isEqualTo(scheduled.toEpochMilli());
    assertThat(
            spans.stream()
                .filter(s -> s.getParentSpanId().equals(root.getSpanId()))
                .sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .map(Span::getName))
        .containsExactly("kubelet", "prepare", "container start", "first use");
    assertThat(span("kubelet").getEndTimeUnixNano())
        .isEqualTo(span("prepare").getStartTimeUnixNano());
    assertThat(span("container start").getStartTimeUnixNano())
        .isEqualTo(span("prepare").getEndTimeUnixNano());
    assertThat(span("first use").getStartTimeUnixNano())
        .isEqualTo(span("container start").getEndTimeUnixNano())
        .isEqualTo(root.getEndTimeUnixNano());
    for (String phase : List.of("get", "inventory", "cdi", "record")) {
      Span step = span("prepare: " + phase);
      assertThat(step.getStartTimeUnixNano())
          .isGreaterThanOrEqualTo(span("prepare").getStartTimeUnixNano());
      assertThat(step.getEndTimeUnixNano())
          .isLessThanOrEqualTo(span("prepare").getEndTimeUnixNano());
    }
    assertThat(exemplar(agent, "acceld_prepare_duration_seconds_bucket{outcome=\"ok\",phase=\"cdi"))
        .containsExactly(traceOf(claim), hex(span("prepare").getSpanId()));
    for (String phase : List.of("kubelet", "prepare", "container", "first_use")) {
      assertThat(exemplar(agent, "acceld_pod_startup_seconds_bucket{phase=\"" + phase))
          .containsExactly(traceOf(claim), hex(root.getSpanId()));
    }
    int before = spans.size();
    prepare(claim); // as a kubelet does that has restarted
    Thread.sleep(2000);
    assertThat(collector.spans()).hasSize(before);
  }

  /** Trace and span of the only exemplar of a series that begins so. */
  private static List<String> exemplar(Agent agent, String begin) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.httpAddress().getPort() + "/metrics");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/openmetrics-text; version=1.0.0")
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<List<String>> all =
          client
              .send(request, BodyHandlers.ofString())
              .body()
              .lines()
              .filter(line -> line.startsWith(begin))
              .flatMap(line -> EXEMPLAR.matcher(line).results())
              .map(found -> List.of(found.group(2), found.group(1)))
              .toList();
      assertThat(all).as("exemplars of " + begin).hasSize(1);
      return all.getFirst();
    }
  }

  @Test
  void whatIsNotExportedHasNoIdsAnywhere() throws Exception {
    properties.set("otel.traces.exporter", "none");
    Agent agent = agent(Map.of());
    ClaimId claim = stage.claim("train");
    prepare(claim);
    assertThatThrownBy(() -> exemplar(agent, "acceld_prepare_duration_seconds_bucket"))
        .hasMessageContaining("[]");
    agent.close();
    assertThat(collector.spans()).isEmpty();
  }

  @Test
  void timesOfAnotherClockNeverMakeASpanThatEndsBeforeItBegins() throws Exception {
    agent(Map.of());
    ClaimId claim = stage.claim("train");
    prepare(claim);
    starts("train", Instant.now().plusSeconds(3600), Instant.now().minusSeconds(3600), "");
    awaitSpan("claim start");
    assertThat(collector.spans())
        .allSatisfy(s ->
            assertThat(s.getEndTimeUnixNano()).isGreaterThanOrEqualTo(s.getStartTimeUnixNano()));
    assertThat(span("container start").getEndTimeUnixNano())
        .isEqualTo(span("prepare").getEndTimeUnixNano());
    assertThat(span("claim start").getStartTimeUnixNano())
        .isEqualTo(span("prepare").getStartTimeUnixNano());
  }

  @Test
  void aContextIsTheParentByChoice() throws Exception {
    agent(Map.of(Setting.TRACE_CONTEXT, "parent"));
    ClaimId claim = stage.claim("train");
    prepare(claim);
    starts("train", Instant.now(), Instant.now(), CONTEXT);
    awaitSpan("claim start");
    assertThat(hex(span("claim start").getParentSpanId())).isEqualTo(SPAN);
    assertThat(collector.spans()).allSatisfy(s -> assertThat(hex(s.getTraceId())).isEqualTo(TRACE));
    assertThat(span("claim start").getLinksList()).isEmpty();
  }

  @Test
  void whatIsNoContextIsAsIfItWereNotThere() throws Exception {
    agent(Map.of(Setting.TRACE_CONTEXT, "parent"));
    ClaimId claim = stage.claim("train");
    prepare(claim);
    starts("train", Instant.now(), Instant.now(), "00-xyz-\u0000-01");
    awaitSpan("claim start");
    assertThat(hex(span("claim start").getTraceId())).isEqualTo(traceOf(claim));
  }

  @Test
  void theKubeletsOwnTraceGetsASpanThatLeadsToThisOne() throws Exception {
    agent(Map.of());
    ClaimId claim = stage.claim("train");
    Path socket;
    try (var files = Files.walk(stage.kubeletDir().resolve("plugins"))) {
      socket =
          files
              .filter(f -> f.getFileName().toString().startsWith("dra"))
              .filter(f -> f.toString().endsWith(".sock"))
              .findFirst()
              .orElseThrow();
    }
    assertThat(TracedKubelet.prepare(socket, CONTEXT, claim)).containsEntry(claim.uid(), "");
    starts("train", Instant.now(), Instant.now(), "");
    awaitSpan("claim start");
    Span served = span("NodePrepareResources");
    assertThat(hex(served.getTraceId())).isEqualTo(TRACE);
    assertThat(hex(served.getParentSpanId())).isEqualTo(SPAN);
    assertThat(served.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(served.getLinks(0).getSpanId()).isEqualTo(span("prepare").getSpanId());
    assertThat(hex(span("prepare").getLinks(0).getSpanId())).isEqualTo(SPAN);
    assertThat(hex(span("prepare").getTraceId())).isEqualTo(traceOf(claim));
  }

  @Test
  void whatIsOpenAtTheEndIsExportedAsFarAsItIsKnown() throws Exception {
    Agent agent = agent(Map.of());
    ClaimId claim = stage.claim("train");
    ClaimId gone = new ClaimId("default", "gone", "no-such-uid");
    assertThat(stage.kubelet.prepare(List.of(gone)).values())
        .allSatisfy(a -> assertThat(a.error()).isNotEmpty());
    prepare(claim);
    agent.close();
    awaitSpan("claim start");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(collector.spans())
                .filteredOn(s -> s.getName().equals("claim start"))
                .extracting(s -> s.getStatus().getCode())
                .containsExactlyInAnyOrder(
                    Status.StatusCode.STATUS_CODE_UNSET, Status.StatusCode.STATUS_CODE_ERROR));
    assertThat(collector.spans()).noneMatch(s -> s.getName().equals("container start"));
  }
}
