package dev.acceld.probe.nvidia.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReadingValidatorTest {
  @ParameterizedTest
  @CsvSource({
    "UTILIZATION, 1, true",
    "UTILIZATION, 1.01, false",
    "UTILIZATION, -0.01, false",
    "TEMPERATURE, -5, true",
    "TEMPERATURE, 255, false",
    "MEMORY_TEMPERATURE, 0, false",
    "MEMORY_TEMPERATURE, 45, true",
    "POWER, 0, true",
    "POWER, 700, true",
    "POWER, 4294967.295, false",
    "SM_CLOCK, 1980000000, true",
    "SM_CLOCK, 4294967295000000, false",
    "MEMORY_USED, 0, true",
    "MEMORY_USED, 1.8e19, false",
    "ECC_CORRECTED, 0, true",
    "ECC_CORRECTED, 18446744073709551615, false",
    "PCIE_GENERATION, 0, false",
    "PCIE_GENERATION, 5, true",
    "PCIE_WIDTH, 16, true",
    "PCIE_WIDTH, 255, false"
  })
  void whatAGpuCannotHaveIsRefused(Metric metric, double value, boolean plausible) {
    assertThat(ReadingValidator.check(metric, value)).isEqualTo(plausible);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void noMetricTakesWhatIsNoNumber(Metric metric) {
    assertThat(ReadingValidator.check(metric, Double.NaN)).isFalse();
    assertThat(ReadingValidator.check(metric, Double.POSITIVE_INFINITY)).isFalse();
  }

  @Test
  void everyCounterStartsAtZero() {
    for (Metric metric : Metric.values()) {
      if (metric.type() == Metric.Type.COUNTER) {
        assertThat(ReadingValidator.check(metric, 0)).as(metric.name()).isTrue();
      }
    }
  }
}
