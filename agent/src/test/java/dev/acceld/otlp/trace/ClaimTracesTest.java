package dev.acceld.otlp.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.PodTimes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ClaimTracesTest {
  private static final String KEY = "tracing.k8s.io/traceparent";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CONTEXT = "00-" + TRACE + "-00f067aa0ba902b7-01";
  private static final ClaimRef CLAIM = claim(1);
  private static final PodRef POD = new PodRef("team", "train-0", "pod-1");

  private final List<SpanData> spans = new ArrayList<>();
  private final TraceIds ids = new TraceIds();
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private long nanos;
  private SdkTracerProvider provider = provider(Sampler.alwaysOn());
  private ClaimTraces traces = traces(false);

  @AfterEach
  void close() {
    traces.close();
    provider.close();
  }

  private static ClaimRef claim(int number) {
    return new ClaimRef("team", "gpus-" + number, "uid-" + number);
  }

  private SdkTracerProvider provider(Sampler sampler) {
    SpanExporter exporter =
        new SpanExporter() {
          @Override
          public CompletableResultCode export(Collection<SpanData> some) {
            spans.addAll(some);
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
          }
        };
    return SdkTracerProvider.builder()
        .setIdGenerator(ids)
        .setSampler(sampler)
        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
        .build();
  }

  private ClaimTraces traces(boolean parent) {
    return new ClaimTraces(provider, "1", ids, List.of(KEY), parent, () -> now, () -> nanos);
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  private void prepare(ClaimRef claim, Map<String, String> annotations, boolean ok) {
    try (ClaimLog about = ClaimLog.about(claim)) {
      traces.began(claim, Operation.PREPARE, Phase.TOTAL);
      traces.began(claim, Operation.PREPARE, Phase.GET);
      pass(Duration.ofMillis(10));
      traces.ended(claim, Operation.PREPARE, Phase.GET, 0, true);
      traces.read(claim, annotations);
      traces.began(claim, Operation.PREPARE, Phase.HARDWARE);
      traces.began(claim, Operation.PREPARE, Phase.RECORD);
      pass(Duration.ofMillis(5));
      traces.ended(claim, Operation.PREPARE, Phase.RECORD, 0, true);
      traces.ended(claim, Operation.PREPARE, Phase.HARDWARE, 0, true);
      traces.ended(claim, Operation.PREPARE, Phase.TOTAL, 0, ok);
    }
  }

  private void started(ClaimRef claim, Map<String, String> annotations) {
    traces.started(
        POD,
        List.of(claim.uid()),
        new PodTimes("pod-1", Optional.of(now), Optional.of(now), annotations));
  }

  private SpanData span(String name) {
    List<SpanData> named = spans.stream().filter(s -> s.getName().equals(name)).toList();
    assertThat(named).as(name + " of " + spans).hasSize(1);
    return named.getFirst();
  }

  private long roots() {
    return spans.stream().filter(s -> s.getName().equals("claim start")).count();
  }

  @Test
  void stepsAreNestedAsTheyWereTaken() {
    prepare(CLAIM, Map.of(), true);
    started(CLAIM, Map.of());
    assertThat(span("prepare: record").getParentSpanId())
        .isEqualTo(span("prepare: hardware").getSpanId());
    assertThat(span("prepare: hardware").getParentSpanId()).isEqualTo(span("prepare").getSpanId());
    assertThat(span("prepare: get").getEndEpochNanos() - span("prepare: get").getStartEpochNanos())
        .isEqualTo(Duration.ofMillis(10).toNanos());
  }

  @Test
  void aClockThatIsSetInAPrepareChangesNoStep() {
    try (ClaimLog about = ClaimLog.about(CLAIM)) {
      traces.began(CLAIM, Operation.PREPARE, Phase.TOTAL);
      traces.began(CLAIM, Operation.PREPARE, Phase.CDI);
      now = now.minus(Duration.ofDays(1));
      nanos += 7_000_000;
      traces.ended(CLAIM, Operation.PREPARE, Phase.CDI, 0, true);
      traces.ended(CLAIM, Operation.PREPARE, Phase.TOTAL, 0, true);
    }
    started(CLAIM, Map.of());
    assertThat(span("prepare: cdi").getEndEpochNanos() - span("prepare: cdi").getStartEpochNanos())
        .isEqualTo(7_000_000);
    assertThat(spans).allMatch(s -> s.getEndEpochNanos() >= s.getStartEpochNanos());
  }

  @Test
  void linesOfTheLogHaveTheTraceUntilThePrepareIsLoggedCompletely() {
    try (ClaimLog about = ClaimLog.about(CLAIM)) {
      traces.began(CLAIM, Operation.PREPARE, Phase.TOTAL);
      assertThat(MDC.get("trace_id")).isEqualTo(TraceIds.ofClaim(CLAIM.uid())).hasSize(32);
      traces.ended(CLAIM, Operation.PREPARE, Phase.TOTAL, 0, false);
      assertThat(MDC.get("trace_id")).as("the reason is logged after this").isNotNull();
    }
    assertThat(MDC.get("trace_id")).isNull();
  }

  @Test
  void aParentInTheClaimIsTheTraceOfItsLinesAndSpans() {
    traces = traces(true);
    try (ClaimLog about = ClaimLog.about(CLAIM)) {
      traces.began(CLAIM, Operation.PREPARE, Phase.TOTAL);
      assertThat(MDC.get("trace_id")).as("not known yet").isNull();
      traces.read(CLAIM, Map.of(KEY, CONTEXT));
      assertThat(MDC.get("trace_id")).isEqualTo(TRACE);
      traces.ended(CLAIM, Operation.PREPARE, Phase.TOTAL, 0, true);
    }
    started(CLAIM, Map.of(KEY, CONTEXT.replace("4bf9", "5bf9")));
    assertThat(spans).isNotEmpty().allMatch(s -> s.getTraceId().equals(TRACE));
    assertThat(span("claim start").getParentSpanId()).isEqualTo("00f067aa0ba902b7");
  }

  @Test
  void aPrepareThatFailsAndSucceedsIsOneTraceWithBoth() {
    prepare(CLAIM, Map.of(), false);
    pass(Duration.ofMinutes(2));
    traces.look();
    assertThat(spans).isEmpty();
    prepare(CLAIM, Map.of(), true);
    started(CLAIM, Map.of());
    assertThat(spans).filteredOn(s -> s.getName().equals("prepare")).hasSize(2);
    assertThat(roots()).isEqualTo(1);
  }

  @Test
  void aPrepareThatIsNotRepeatedIsExportedAfterAWhile() {
    prepare(CLAIM, Map.of(), false);
    pass(Duration.ofMinutes(4));
    traces.look();
    assertThat(roots()).isEqualTo(1);
    traces.look();
    traces.close();
    assertThat(roots()).isEqualTo(1);
  }

  @Test
  void aClaimThatWasPreparedBeforeHasNoTrace() {
    prepare(CLAIM, Map.of(), true);
    traces.ignored(CLAIM.uid());
    traces.close();
    assertThat(spans).isEmpty();
  }

  @Test
  void aClaimOfSeveralPodsIsExportedWithoutThem() {
    prepare(CLAIM, Map.of(), true);
    traces.over(CLAIM.uid());
    assertThat(roots()).isEqualTo(1);
    traces.used(List.of(CLAIM.uid()), now);
    assertThat(spans).noneMatch(s -> s.getName().equals("first use"));
    prepare(CLAIM, Map.of(), true); // for the second pod
    traces.close();
    assertThat(roots()).isEqualTo(1);
  }

  @Test
  void soManyCanBeOpenAndNoMore() {
    for (int i = 0; i < 1100; i++) {
      prepare(claim(i), Map.of(), true);
    }
    assertThat(roots()).isEqualTo(100);
    for (int i = 0; i < 100; i++) {
      prepare(CLAIM, Map.of(), false);
    }
    traces.close();
    assertThat(roots()).isEqualTo(1100);
    assertThat(spans)
        .filteredOn(s -> s.getTraceId().equals(TraceIds.ofClaim(CLAIM.uid())))
        .hasSizeLessThan(50);
  }

  @Test
  void theSamplerDecides() {
    provider = provider(Sampler.alwaysOff());
    traces = traces(false);
    prepare(CLAIM, Map.of(), true);
    try (ClaimLog about = ClaimLog.about(claim(2))) {
      traces.began(claim(2), Operation.PREPARE, Phase.TOTAL);
      assertThat(MDC.get("trace_id")).isNotNull();
      assertThat(MDC.get("span_id")).as("an exemplar would lead nowhere").isNull();
      traces.ended(claim(2), Operation.PREPARE, Phase.TOTAL, 0, true);
    }
    started(CLAIM, Map.of());
    traces.recording(List.of(CLAIM.uid()));
    assertThat(MDC.get("span_id")).isNull();
    traces.used(List.of(CLAIM.uid()), now);
    assertThat(spans).isEmpty();

    provider = provider(Sampler.traceIdRatioBased(0.5));
    traces = traces(false);
    for (int i = 0; i < 400; i++) {
      prepare(claim(i), Map.of(), true);
      started(claim(i), Map.of());
    }
    assertThat(roots()).as("ids that follow from UIDs are spread evenly").isBetween(140L, 260L);
  }
}
