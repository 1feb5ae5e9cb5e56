package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.e2e.observe.Collector;
import dev.acceld.e2e.observe.DataPoint;
import dev.acceld.e2e.observe.Span;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real OpenTelemetry collector gets what the simulated GPUs were told, and how pods start. */
@RealCluster
@OwnClusterOnly
@Tag("telemetry")
class CollectorIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CONTEXT = "00-" + TRACE + "-b7ad6b7169203331-01";

  @Test
  void getsMetricsAndTheTraceOfEachPod(Cluster cluster, Workspace workspace) {
    try (Collector collector = Collector.start(cluster.node())) {
      Acceld acceld =
          Acceld.installed(
              cluster,
              Map.of(
                  "otlp.endpoint",
                  collector.endpoint(),
                  "otlp.env[0].name",
                  "OTEL_METRIC_EXPORT_INTERVAL",
                  "otlp.env[0].value",
                  "1s"));
      for (int i = 0; i < 8; i++) {
        acceld.exec("simulate", "set", "gpu-" + i, "power=321", "utilization=50");
      }
      workspace.apply(ClaimPod.TEMPLATE);
      workspace.apply(ClaimPod.of("plain"));
      workspace.apply(
          ClaimPod.of("traced")
              .replace(
                  "metadata: {name: traced}",
                  "metadata: {name: traced, annotations: {tracing.k8s.io/traceparent: \"%s\"}}"
                      .formatted(CONTEXT)));
      workspace.awaitPhase("plain", "Running", LONG);
      workspace.awaitPhase("traced", "Running", LONG);
      powerOf(cluster, workspace, collector, "plain");
      energyOf(workspace, collector, "plain");
      starts(workspace, collector, "plain");
      List<Span> traced = starts(workspace, collector, "traced");
      assertThat(traced).anyMatch(span -> span.links().contains(TRACE));
      goesOnWithoutACollector(acceld, collector);
    }
  }

  /** What the GPU of a pod was told is there with the pod, the node and the GPU's own names. */
  private static void powerOf(
      Cluster cluster, Workspace workspace, Collector collector, String pod) {
    Await.until(
        "the power of the GPU of " + pod,
        LONG,
        () ->
            point(collector, "hw.power", "k8s.pod.name", pod)
                .filter(p -> p.value() == 321)
                .isPresent(),
        () -> point(collector, "hw.power", "k8s.pod.name", pod).toString());
    DataPoint power = point(collector, "hw.power", "k8s.pod.name", pod).orElseThrow();
    assertThat(power.attribute("k8s.namespace.name")).isEqualTo(workspace.name());
    assertThat(power.attribute("acceld.claim.uid"))
        .isEqualTo(Allocations.claimUidOf(workspace, pod));
    assertThat(power.attribute("hw.name")).isEqualTo(Allocations.deviceOf(workspace, pod));
    assertThat(power.attribute("hw.id")).startsWith("GPU-");
    assertThat(power.attribute("hw.type")).isEqualTo("gpu");
    assertThat(power.resource())
        .containsEntry("k8s.node.name", cluster.node().name())
        .containsEntry("service.name", "acceld");
    // Encoder and decoder have points of their own.
    assertThat(collector.dataPoints())
        .filteredOn(p -> p.metric().equals("hw.gpu.utilization"))
        .filteredOn(p -> p.attribute("k8s.pod.name").equals(pod))
        .filteredOn(p -> p.attribute("hw.gpu.task").equals("general"))
        .last()
        .satisfies(p -> assertThat(p.value()).isEqualTo(0.5));
  }

  private static void energyOf(Workspace workspace, Collector collector, String pod) {
    String claim = Allocations.claimUidOf(workspace, pod);
    Await.until(
        "energy of the claim of " + pod,
        LONG,
        () ->
            point(collector, "acceld.claim.energy", "acceld.claim.uid", claim)
                .filter(energy -> energy.value() > 321)
                .isPresent());
  }

  /** The trace of a pod, once it has every phase; they follow each other. */
  private static List<Span> starts(Workspace workspace, Collector collector, String pod) {
    String trace = traceOf(Allocations.claimUidOf(workspace, pod));
    List<String> phases = List.of("kubelet", "prepare", "container start", "first use");
    Await.until(
        "every phase of " + pod,
        LONG,
        () -> phases.stream().allMatch(phase -> named(collector, trace, phase).isPresent()),
        () -> trace + " in " + collector.spans());
    List<Span> spans =
        collector.spans().stream().filter(span -> span.trace().equals(trace)).toList();
    Span whole = named(collector, trace, "claim start").orElseThrow();
    long at = whole.startNanos();
    for (String phase : phases) {
      Span span = named(collector, trace, phase).orElseThrow();
      assertThat(span.startNanos()).as(phase + " of " + spans).isGreaterThanOrEqualTo(at);
      assertThat(span.endNanos())
          .as(phase + " of " + spans)
          .isGreaterThanOrEqualTo(span.startNanos());
      at = span.startNanos();
    }
    Span prepare = named(collector, trace, "prepare").orElseThrow();
    assertThat(prepare.parent()).isEqualTo(whole.id());
    assertThat(spans)
        .filteredOn(span -> span.name().startsWith("prepare: "))
        .allMatch(step -> step.parent().equals(prepare.id()))
        .extracting(Span::name)
        .contains("prepare: get", "prepare: cdi", "prepare: record");
    assertThat(spans).extracting(Span::id).doesNotHaveDuplicates();
    return spans;
  }

  private static void goesOnWithoutACollector(Acceld acceld, Collector collector) {
    assertThat(dropped(acceld)).isZero();
    collector.stop();
    Await.until("data points that nobody took", LONG, () -> dropped(acceld) > 0, acceld::log);
    acceld.awaitReady();
    collector.begin();
    int before = collector.dataPoints().size();
    Await.until("data points again", LONG, () -> collector.dataPoints().size() > before);
  }

  private static double dropped(Acceld acceld) {
    return acceld
        .metrics()
        .lines()
        .filter(line -> line.startsWith("acceld_otlp_dropped_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The newest point of a metric with that attribute. */
  private static Optional<DataPoint> point(
      Collector collector, String metric, String attribute, String value) {
    return collector.dataPoints().stream()
        .filter(p -> p.metric().equals(metric) && p.attribute(attribute).equals(value))
        .reduce((earlier, later) -> later);
  }

  private static Optional<Span> named(Collector collector, String trace, String name) {
    return collector.spans().stream()
        .filter(span -> span.trace().equals(trace) && span.name().equals(name))
        .findFirst();
  }

  /** As the documentation says: the trace can be found from the claim. */
  private static String traceOf(String claimUid) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(claimUid.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 32);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
