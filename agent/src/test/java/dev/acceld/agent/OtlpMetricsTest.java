package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static dev.acceld.otlp.FakeCollector.number;
import static dev.acceld.otlp.FakeCollector.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.machine.Simulation;
import dev.acceld.otlp.FakeCollector;
import dev.acceld.otlp.OtlpProperties;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collector gets of the devices of a whole agent. */
class OtlpMetricsTest {
  private OtlpProperties properties;
  private FakeCollector collector;
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    properties = new OtlpProperties();
    collector = new FakeCollector();
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
    collector.close();
    properties.close();
  }

  private Agent agent(String machine) throws Exception {
    return stage.ready(
        "a0", Map.of(Setting.MACHINE, machine, Setting.OTLP_ENDPOINT, collector.url()));
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  /** The only data point with that attribute; of the last export. */
  private NumberDataPoint point(String metric, String key, String value) {
    List<NumberDataPoint> points =
        collector.points(metric).stream()
            .filter(p -> value.equals(texts(p.getAttributesList()).get(key)))
            .toList();
    assertThat(points)
        .as(metric + " of " + key + "=" + value + ", of " + collector.names())
        .hasSize(1);
    return points.getFirst();
  }

  private void exported(Runnable check) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(collector.metrics).isNotEmpty();
          check.run();
        });
  }

  @Test
  void aGpuHasTheNamesOfTheConventionAndItsPod() throws Exception {
    properties.set("otel.resource.attributes", "k8s.cluster.name=prod,service.version=9");
    Agent agent = agent("h100x1");
    machine().set("gpu-0", "power", "400");
    machine().set("gpu-0", "utilization", "50");
    ClaimId claim = stage.claim("train");
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    exported(() -> {
      NumberDataPoint busy = point("hw.gpu.utilization", "hw.gpu.task", "general");
      assertThat(number(busy)).isEqualTo(0.5);
      assertThat(texts(busy.getAttributesList()))
          .containsEntry("hw.type", "gpu")
          .containsEntry("hw.vendor", "nvidia")
          .containsEntry("hw.model", "NVIDIA H100 80GB HBM3")
          .containsEntry("k8s.namespace.name", "default")
          .containsEntry("k8s.pod.name", "train")
          .containsEntry("acceld.claim.name", "train-gpu")
          .containsEntry("acceld.claim.uid", claim.uid())
          .containsKeys("hw.id", "hw.name", "k8s.pod.uid");
      assertThat(texts(busy.getAttributesList()).get("hw.id")).startsWith("GPU-");
      assertThat(number(point("hw.power", "k8s.pod.name", "train"))).isEqualTo(400);
      assertThat(number(point("acceld.claim.device_time", "acceld.claim.uid", claim.uid())))
          .isPositive();
    });
    String id =
        texts(collector.points("hw.power").getFirst().getAttributesList())
            .getOrDefault("hw.id", "none");
    for (String metric :
        List.of("hw.gpu.memory.usage", "hw.gpu.memory.limit", "hw.gpu.memory.utilization")) {
      assertThat(texts(point(metric, "hw.id", id).getAttributesList()))
          .containsEntry("k8s.pod.name", "train");
    }
    assertThat(point("hw.gpu.memory.usage", "hw.id", id).hasAsInt()).isTrue();
    assertThat(collector.metric("hw.gpu.memory.limit").getSum().getIsMonotonic()).isFalse();
    assertThat(collector.metric("hw.energy").getUnit()).isEqualTo("J");
    assertThat(collector.metric("hw.energy").getSum().getIsMonotonic()).isTrue();
    assertThat(collector.metric("hw.energy").getSum().getAggregationTemporality())
        .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
    assertThat(texts(point("hw.energy", "hw.id", id).getAttributesList()))
        .as("a new pod does not begin with what the device did before")
        .doesNotContainKeys("k8s.pod.name", "acceld.claim.uid");
    assertThat(number(point("hw.status", "hw.state", "ok"))).isEqualTo(1);
    assertThat(number(point("hw.status", "hw.state", "failed"))).isZero();
    assertThat(number(point("hw.errors", "error.type", "corrected"))).isZero();
    assertThat(number(point("hw.gpu.io", "network.io.direction", "receive"))).isNotNegative();
    assertThat(collector.resource())
        .containsEntry("service.name", "acceld")
        .containsEntry("service.instance.id", "a0")
        .containsEntry("k8s.node.name", AgentStage.NODE)
        .containsEntry("k8s.cluster.name", "prod")
        .containsEntry("service.version", "9");
    var of = collector.metrics.getLast().getResourceMetrics(0);
    assertThat(of.getSchemaUrl()).endsWith("/schemas/1.44.0");
    assertThat(of.getScopeMetricsList())
        .filteredOn(scope -> scope.getScope().getName().equals("dev.acceld"))
        .singleElement()
        .satisfies(scope -> assertThat(scope.getSchemaUrl()).endsWith("/schemas/1.44.0"));

    machine().xid("gpu-0", 79);
    exported(() -> {
      assertThat(number(point("hw.errors", "error.type", "xid-79"))).isEqualTo(1);
      assertThat(number(point("hw.status", "hw.state", "failed"))).isEqualTo(1);
      assertThat(number(point("hw.status", "hw.state", "ok"))).isZero();
    });
    assertThat(stage.kubelet.unprepare(List.of(claim))).containsEntry(claim.uid(), "");
    exported(() ->
        assertThat(collector.points("hw.power"))
            .noneMatch(p -> texts(p.getAttributesList()).containsKey("k8s.pod.name")));
    assertThat(AgentStage.metrics(agent))
        .contains("acceld_otlp_dropped_total{signal=\"metrics\"} 0.0");
  }

  @Test
  void aPartitionNamesItsGpuAndHasItsOwnMemory() throws Exception {
    agent("h100x1");
    machine().mig("gpu-0", true);
    machine().partition("gpu-0", "1g.10gb", 0);
    exported(() -> {
      NumberDataPoint memory = point("hw.gpu.memory.limit", "hw.model", MIG_MODEL);
      assertThat(texts(memory.getAttributesList()).get("hw.id")).startsWith("MIG-");
      assertThat(texts(memory.getAttributesList()).get("hw.parent")).startsWith("GPU-");
      assertThat(number(memory)).isBetween(9e9, 12e9);
    });
    assertThat(collector.points("hw.power"))
        .as("power is the GPU's")
        .noneMatch(p -> MIG_MODEL.equals(texts(p.getAttributesList()).get("hw.model")));
  }

  private static final String MIG_MODEL = "NVIDIA H100 80GB HBM3 1g.10gb";

  @Test
  void aChipThatIsNoGpuIsNotUnderTheNamesOfGpus() throws Exception {
    agent("tpu-v5ex8");
    exported(() ->
        assertThat(collector.points("hw.status"))
            .filteredOn(p -> texts(p.getAttributesList()).containsValue("ok"))
            .hasSize(8)
            .allSatisfy(p -> {
              assertThat(number(p)).isEqualTo(1);
              assertThat(texts(p.getAttributesList()))
                  .containsEntry("hw.type", "tpu")
                  .containsEntry("hw.vendor", "google")
                  .containsEntry("hw.model", "v5e");
            }));
    assertThat(collector.points("hw.gpu.memory.limit")).isEmpty();
    assertThat(collector.points("hw.gpu.utilization")).isEmpty();
  }

  @Test
  void whatIsNotSupportedIsRefusedWithAReason() {
    properties.set("otel.exporter.otlp.protocol", "grpc");
    assertThatThrownBy(() -> agent("h100x1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not supported")
        .hasMessageContaining("http/protobuf");
    properties.set("otel.exporter.otlp.protocol", "http/protobuf");
    properties.set("otel.metrics.exporter", "prometheus");
    assertThatThrownBy(() -> agent("h100x1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("prometheus");
  }

  @Test
  void eachKindOfDataCanBeSwitchedOff() throws Exception {
    properties.set("otel.metrics.exporter", "none");
    agent("h100x1");
    Thread.sleep(1500);
    assertThat(collector.metrics).isEmpty();
  }
}
