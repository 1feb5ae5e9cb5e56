package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.snapshot.SnapshotSources;
import dev.acceld.telemetry.text.ExpositionBuffer;
import dev.acceld.telemetry.text.TextFormat;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScrapeFailureTest {
  private final SmallMachine machine = new SmallMachine();

  @Test
  void claimsThatCannotBeAskedCostTheLabelsAndAreCounted() {
    SnapshotSources whole = machine.sources();
    SnapshotSources broken =
        new SnapshotSources(
            whole.inventory(),
            whole.readings(),
            whole.readingsAges(),
            whole.health(),
            () -> {
              throw new IllegalStateException("claims are not read yet");
            },
            whole.containers(),
            whole.faults(),
            whole.rules());
    try (Telemetry telemetry = SmallMachine.telemetry()) {
      SmallMachine.bind(telemetry, broken);
      String text = SmallMachine.text(telemetry);
      assertThat(text)
          .contains("acceld_device_power_watts{device=\"gpu-0a1b2c3d\",kind=\"gpu\"")
          .contains("acceld_scrape_errors_total{collector=\"claims\"} 1.0")
          .contains("acceld_scrape_errors_total{collector=\"readings\"} 0.0")
          .doesNotContain("acceld_claims_prepared");
    }
  }

  @Test
  void aFamilyThatFailsCostsItselfOnly() {
    ScrapeErrors errors = new ScrapeErrors();
    List<MetricFamily> families = new ArrayList<>();
    families.add(
        MetricFamily.gauge(
            "acceld_broken",
            "Fails.",
            (view, family) -> {
              throw new IllegalStateException("broken");
            }));
    families.add(
        MetricFamily.gauge(
            "acceld_sound", "Works.", (view, family) -> family.add(Labels.EMPTY, 1)));
    ExpositionBuffer out = new ExpositionBuffer(100);
    new DeviceCollector(() -> NodeView.EMPTY, families, errors)
        .write(new FamilyWriter(TextFormat.PROMETHEUS), out);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("acceld_sound 1.0", "acceld_scrape_errors_total{collector=\"families\"} 1.0")
        .doesNotContain("acceld_broken");
    assertThat(errors.counts().toString()).isEqualTo("{families=1}");
  }

  @Test
  void aMeterThatFailsLeavesTheDeviceSeries() {
    MultiCollector broken =
        () -> {
          throw new IllegalStateException("broken");
        };
    try (Telemetry telemetry = SmallMachine.telemetry(broken)) {
      machine.bind(telemetry);
      assertThat(SmallMachine.text(telemetry))
          .contains("acceld_device_power_watts{")
          .contains("acceld_scrape_errors_total{collector=\"meters\"} 1.0");
    }
  }
}
