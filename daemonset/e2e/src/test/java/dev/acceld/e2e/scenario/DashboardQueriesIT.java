package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.e2e.observe.Prometheus;
import dev.acceld.e2e.observe.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A Prometheus that scrapes the agent answers the queries that dashboards for dcgm-exporter ask
 * (Grafana's 12239 among them) with what the simulated GPUs were told, for the pods that have them.
 */
@RealCluster
@OwnClusterOnly
@Tag("telemetry")
class DashboardQueriesIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int GPUS = 8;
  private static final int PODS = 5;

  /** A query by GPU, and what the GPU of that number was told. */
  private record Panel(String query, java.util.function.IntToDoubleFunction told) {}

  private static final List<Panel> BY_GPU =
      List.of(
          new Panel("DCGM_FI_DEV_GPU_TEMP{gpu=~\".*\"}", i -> 41 + i),
          new Panel("DCGM_FI_DEV_POWER_USAGE{gpu=~\".*\"}", i -> 201 + i),
          new Panel("DCGM_FI_DEV_GPU_UTIL{gpu=~\".*\"}", i -> 11 + i),
          new Panel("DCGM_FI_DEV_FB_USED{gpu=~\".*\"}", i -> 1024.0 * (1 + i)),
          new Panel("acceld_device_utilization_ratio", i -> (11 + i) / 100.0));

  @Test
  void givesTheNumbersOfTheRightPods(Cluster cluster, Workspace workspace) throws IOException {
    Acceld acceld = Acceld.installed(cluster);
    for (int i = 0; i < GPUS; i++) {
      acceld.exec(
          "simulate",
          "set",
          "gpu-" + i,
          "utilization=" + (11 + i),
          "temperature=" + (41 + i),
          "power=" + (201 + i),
          "memory-used=" + (1 + i) + "GiB");
    }
    workspace.apply(ClaimPod.TEMPLATE);
    for (int i = 0; i < PODS; i++) {
      workspace.apply(ClaimPod.of("user-" + i));
    }
    Map<Integer, String> pods = new TreeMap<>();
    Map<String, Integer> numbers = numbers(acceld);
    for (int i = 0; i < PODS; i++) {
      workspace.awaitPhase("user-" + i, "Running", LONG);
      pods.put(numbers.get(Allocations.deviceOf(workspace, "user-" + i)), "user-" + i);
    }
    assertThat(pods).hasSize(PODS);
    try (Prometheus prometheus = Prometheus.start(cluster.node(), Duration.ofSeconds(1))) {
      Await.until(
          "all pods and their containers on the series",
          LONG,
          () -> prometheus.query("DCGM_FI_DEV_GPU_TEMP{container=\"main\"}").size() == PODS);
      for (Panel panel : BY_GPU) {
        List<Sample> all = prometheus.query(panel.query());
        assertThat(all).as(panel.query()).hasSize(GPUS);
        for (Sample one : all) {
          int number = number(one, numbers);
          assertThat(one.value()).as(one.toString()).isEqualTo(panel.told().applyAsDouble(number));
          assertThat(one.label("pod")).as(one.toString()).isEqualTo(pods.getOrDefault(number, ""));
          String namespace = pods.containsKey(number) ? workspace.name() : "";
          assertThat(one.label("namespace")).as(one.toString()).isEqualTo(namespace);
        }
      }
      assertThat(prometheus.value("avg(DCGM_FI_DEV_GPU_TEMP)")).isEqualTo(44.5);
      assertThat(prometheus.value("sum(DCGM_FI_DEV_POWER_USAGE)")).isEqualTo(1636);
      assertThat(prometheus.query("DCGM_FI_DEV_SM_CLOCK * 1000000"))
          .hasSize(GPUS)
          .allMatch(clock -> clock.value() > 1e8 && clock.value() < 1e10);
      assertThat(prometheus.query("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE"))
          .hasSize(GPUS)
          .allMatch(active -> active.value() >= 0 && active.value() <= 1);
      // The variables of dashboards.
      assertThat(prometheus.query("count by (instance) (DCGM_FI_DEV_GPU_TEMP)")).hasSize(1);
      assertThat(
              prometheus.query("count by (gpu, UUID, modelName, Hostname) (DCGM_FI_DEV_GPU_TEMP)"))
          .hasSize(GPUS)
          .allMatch(gpu -> gpu.label("UUID").startsWith("GPU-"))
          .allMatch(gpu -> gpu.label("modelName").contains("H100"))
          .allMatch(gpu -> gpu.label("Hostname").equals(cluster.node().name()));
      assertThat(prometheus.lint(own(acceld))).isEmpty();
    } finally {
      for (int i = 0; i < GPUS; i++) {
        acceld.exec(
            "simulate",
            "set",
            "gpu-" + i,
            "utilization=auto",
            "temperature=auto",
            "power=auto",
            "memory-used=auto");
      }
    }
  }

  /** The exposition without dcgm-exporter's names, which do not follow Prometheus' rules. */
  private static String own(Acceld acceld) {
    String own =
        acceld
            .metrics()
            .lines()
            .filter(line -> !line.contains("DCGM_FI_"))
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(own).contains("acceld_device_utilization_ratio", "acceld_build_info");
    return own;
  }

  private static int number(Sample sample, Map<String, Integer> numbers) {
    return sample.label("gpu").isEmpty()
        ? numbers.get(sample.label("device"))
        : Integer.parseInt(sample.label("gpu"));
  }

  /** The machine's number of each published device. */
  private static Map<String, Integer> numbers(Acceld acceld) throws IOException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (JsonNode device :
        new JsonMapper().readTree(acceld.exec("simulate", "list", "-o", "json"))) {
      String number = device.path("device").asText().replaceAll("\\D", "");
      numbers.put(device.path("published").asText(), Integer.valueOf(number));
    }
    return numbers;
  }
}
