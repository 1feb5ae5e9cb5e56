package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.snapshot.ContainerUses;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GkeTpuNamesTest {
  private static final String CHIP = "accelerator_id=\"node-1-0\",make=\"cloud-tpu\",model=\"v5e\"";

  private final SmallMachine machine = new SmallMachine();

  private List<String> scrape(boolean gke) {
    TelemetrySettings settings =
        TelemetrySettings.of("node-1", "acceld.dev", "0.1.0").withGkeTpuNames(gke);
    try (Telemetry telemetry = new Telemetry(settings)) {
      machine.bind(telemetry);
      return SmallMachine.text(telemetry)
          .lines()
          .filter(line -> line.matches("(duty_cycle|memory_).*"))
          .toList();
    }
  }

  @Test
  void aChipHasGkesSeriesOfItsPodAndOfItsNode() {
    machine.claims =
        List.of(
            SmallMachine.claim(SmallMachine.CLAIM, List.of(SmallMachine.POD), SmallMachine.TPU0));
    machine.readings.put(
        SmallMachine.TPU0,
        Sample.of(
            Map.of(
                Metric.UTILIZATION, 0.25,
                Metric.DRAM_ACTIVE, 0.5,
                Metric.MEMORY_USED, 1024.0,
                Metric.MEMORY_TOTAL, 4096.0)));
    machine.containers =
        new ContainerUses(
            Map.of(SmallMachine.CLAIM.uid(), Map.of(SmallMachine.POD, List.of("trainer"))),
            List.of());
    String pod =
        CHIP.replace(",make", ",container=\"trainer\",make")
            + ",namespace=\"team-a\",pod=\"train-0\",tpu_topology=\"\"";
    String node = CHIP + ",tpu_topology=\"\"";
    assertThat(scrape(true))
        .containsExactlyInAnyOrder(
            "duty_cycle{" + pod + "} 25.0",
            "duty_cycle_node{" + node + "} 25.0",
            "memory_used{" + pod + "} 1024.0",
            "memory_used_node{" + node + "} 1024.0",
            "memory_total{" + pod + "} 4096.0",
            "memory_total_node{" + node + "} 4096.0",
            "memory_bandwidth_utilization{" + pod + "} 50.0",
            "memory_bandwidth_utilization_node{" + node + "} 50.0");
    assertThat(scrape(false)).isEmpty();
  }

  @Test
  void whatIsNotToldHasNoSeries() {
    assertThat(scrape(true)).singleElement().asString().startsWith("memory_total_node{");
  }
}
