package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.machine.Simulation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a whole agent serves on {@code /metrics}, and when it stops. */
class ReadingsTest {
  private static final String AGE = "acceld_readings_age_seconds{probe=\"nvidia\"}";

  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void valuesEndWhenTheDriverHangsAndTheirAgeIsServedAllTheWhile() throws Exception {
    Agent agent = stage.ready("a0", Map.of(Setting.REDISCOVER_INTERVAL, "1s"));
    Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
    await()
        .atMost(PATIENCE)
        .until(() ->
            AgentStage.metrics(agent).stream().anyMatch(l -> l.startsWith("acceld_device_power_")));
    assertThat(value(AgentStage.metrics(agent), AGE).orElseThrow()).isLessThan(10);
    machine.hang("nvmlDeviceGetCount_v2");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          List<String> now = AgentStage.metrics(agent);
          assertThat(value(now, "acceld_probe_state{probe=\"nvidia\",state=\"hung\"}")).hasValue(1);
          // On the very scrape that says that the probe hangs.
          assertThat(now).noneMatch(l -> l.startsWith("acceld_device_power_"));
          assertThat(now).noneMatch(l -> l.startsWith("DCGM_FI_DEV_POWER_USAGE"));
        });
    double then = value(AgentStage.metrics(agent), AGE).orElseThrow();
    assertThat(then).isGreaterThan(10);
    await()
        .atMost(PATIENCE)
        .until(() -> value(AgentStage.metrics(agent), AGE).orElseThrow() > then);
    machine.unhang("nvmlDeviceGetCount_v2");
    await()
        .atMost(PATIENCE)
        .until(() -> value(AgentStage.metrics(agent), AGE).orElseThrow() < then);
    await()
        .atMost(PATIENCE)
        .until(() ->
            AgentStage.metrics(agent).stream().anyMatch(l -> l.startsWith("acceld_device_power_")));
  }

  @Test
  void theFirstXidIsAnIncrease() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    await()
        .atMost(PATIENCE)
        .until(() -> sum(AgentStage.metrics(agent), "acceld_device_xids_total").isPresent());
    assertThat(sum(AgentStage.metrics(agent), "acceld_device_xids_total")).hasValue(0);
    assertThat(AgentStage.metrics(agent))
        .filteredOn(l -> l.startsWith("acceld_device_xid_errors_total{") && l.contains("\"119\""))
        .singleElement()
        .asString()
        .endsWith(" 0.0");
    Simulation.open(stage.stateDir().resolve("machine")).xid("gpu-0", 119);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(sum(AgentStage.metrics(agent), "acceld_device_xids_total")).hasValue(1);
          assertThat(sum(AgentStage.metrics(agent), "acceld_device_xid_errors_total")).hasValue(1);
        });
  }

  private static OptionalDouble sum(List<String> metrics, String family) {
    double[] values =
        metrics.stream()
            .filter(line -> line.startsWith(family + "{"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .toArray();
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Arrays.stream(values).sum());
  }

  private static OptionalDouble value(List<String> metrics, String series) {
    return metrics.stream()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst();
  }
}
