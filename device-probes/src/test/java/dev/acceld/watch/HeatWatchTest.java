package dev.acceld.watch;

import static dev.acceld.probe.Fakes.gpu;
import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.HealthRulebook;
import dev.acceld.vendor.rule.RuleOverride;
import dev.acceld.vendor.rule.RuleOverrides;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeatWatchTest {
  private static final Instant AT = Instant.parse("2026-11-29T10:00:00Z");

  private final List<String> told = new ArrayList<>();
  private Inventory inventory =
      new Inventory(AT, List.of(gpu("gpu-0"), gpu("gpu-1")), Set.of(), List.of());
  private HealthRulebook rules = Fakes.RULES;
  private final HeatWatch watch =
      new HeatWatch(
          () -> inventory,
          () -> rules,
          signals -> signals.forEach(signal -> told.add(words((Signal.Defect) signal))));

  private static String words(Signal.Defect defect) {
    return defect.device().value()
        + " "
        + defect.kind()
        + (defect.present() ? " " + defect.detail() : " over");
  }

  private void samples(int count, Sample sample) {
    for (int i = 0; i < count; i++) {
      watch.sample(new Readings(AT, Map.of(name("gpu-0"), sample)));
    }
  }

  private static Sample slowed(double is) {
    Sample.Builder sample = new Sample.Builder();
    sample.put(Metric.CLOCK_REASON, MetricDimension.REASON.names().indexOf("hardware-thermal"), is);
    return sample.build();
  }

  private static Sample hot(double celsius, double limit) {
    Sample.Builder sample = new Sample.Builder();
    sample.put(Metric.TEMPERATURE, celsius);
    sample.put(
        Metric.TEMPERATURE_THRESHOLD, MetricDimension.THRESHOLD.names().indexOf("slowdown"), limit);
    return sample.build();
  }

  private void override(String signal, Map<String, Double> limits) {
    rules =
        Fakes.RULES.with(
            new RuleOverrides(
                Map.of(
                    signal,
                    new RuleOverride(
                        Optional.empty(), Optional.empty(), Optional.empty(), limits))));
  }

  @Test
  void aSlowdownCountsAfterTenSamplesInARow() {
    samples(9, slowed(1));
    samples(1, slowed(0));
    samples(9, slowed(1));
    assertThat(told).isEmpty();
    samples(1, slowed(1));
    assertThat(told).containsExactly("gpu-0 THERMAL_SLOWDOWN ");
    samples(100, slowed(1));
    samples(9, slowed(0));
    samples(1, slowed(1));
    samples(9, slowed(0));
    assertThat(told).hasSize(1);
    samples(1, slowed(0));
    assertThat(told).last().isEqualTo("gpu-0 THERMAL_SLOWDOWN over");
  }

  @Test
  void whatIsNotKnownNeitherBeginsNorEndsAnything() {
    samples(5, slowed(1));
    samples(50, Sample.EMPTY);
    samples(5, slowed(1));
    assertThat(told).hasSize(1);
    samples(1000, Sample.EMPTY);
    assertThat(told).hasSize(1);
  }

  @Test
  void theDeviceTellsItsLimitAndHasToBecomeCooler() {
    samples(10, hot(89, 90));
    assertThat(told).isEmpty();
    samples(10, hot(90, 90));
    assertThat(told).containsExactly("gpu-0 TEMPERATURE 90 C, limit 90 C");
    samples(50, hot(86, 90));
    assertThat(told).as("within the hysteresis").hasSize(1);
    samples(10, hot(85, 90));
    assertThat(told).last().isEqualTo("gpu-0 TEMPERATURE over");
  }

  @Test
  void aLimitThatIsReadLessOftenHolds() {
    samples(1, hot(50, 90));
    samples(10, Sample.of(Map.of(Metric.TEMPERATURE, 95.0)));
    assertThat(told).containsExactly("gpu-0 TEMPERATURE 95 C, limit 90 C");
  }

  @Test
  void withoutALimitNothingIsTooHot() {
    samples(100, Sample.of(Map.of(Metric.TEMPERATURE, 120.0, Metric.MEMORY_TEMPERATURE, 120.0)));
    assertThat(told).isEmpty();
  }

  @Test
  void theOperatorsLimitsCount() {
    override("temperature", Map.of("celsius", 70.0, "samples", 3.0));
    samples(3, hot(70, 90));
    assertThat(told).containsExactly("gpu-0 TEMPERATURE 70 C, limit 70 C");
  }

  @Test
  void aDeviceThatIsGoneOrAnotherBootBeginsAnew() {
    samples(9, slowed(1));
    watch.forget();
    samples(9, slowed(1));
    inventory = new Inventory(AT, List.of(gpu("gpu-1")), Set.of(), List.of());
    samples(9, slowed(1));
    inventory = new Inventory(AT, List.of(gpu("gpu-0")), Set.of(), List.of());
    samples(9, slowed(1));
    assertThat(told).isEmpty();
    samples(1, slowed(1));
    assertThat(told).hasSize(1);
    assertThat(DefectKind.THERMAL_SLOWDOWN.signal()).isEqualTo("thermal-slowdown");
  }
}
