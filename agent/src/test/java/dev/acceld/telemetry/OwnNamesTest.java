package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What promtool's lint asks of names, for our own family. */
class OwnNamesTest {
  private static final List<MetricFamily> OWN =
      DeviceCollector.allFamilies().stream().filter(f -> f.name().startsWith("acceld_")).toList();

  @Test
  void countersEndInTotalAndNothingElseDoes() {
    for (MetricFamily family : OWN) {
      assertThat(family.name().endsWith("_total"))
          .as(family.name())
          .isEqualTo(family.shape() == MetricFamily.Shape.COUNTER);
    }
  }

  @Test
  void namesAreLowerCaseUniqueAndHaveHelp() {
    Set<String> seen = new TreeSet<>();
    for (MetricFamily family : DeviceCollector.allFamilies()) {
      assertThat(seen.add(family.name())).as(family.name()).isTrue();
      assertThat(family.metadata().getHelp()).as(family.name()).endsWith(".");
    }
    assertThat(OWN).allSatisfy(f -> assertThat(f.name()).matches("acceld(_[a-z]+[0-9]*)+"));
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void everyMetricCarriesItsUnit(Metric metric) {
    String name = ReadingFamilies.name(metric);
    String stem = name.endsWith("_total") ? name.substring(0, name.length() - 6) : name;
    if (metric.parts() != MetricDimension.WHOLE) {
      assertThat(metric.parts().label()).matches("[a-z]+");
      assertThat(metric.parts().names()).doesNotHaveDuplicates().allMatch(n -> !n.isBlank());
    }
    switch (metric.unit()) {
      case RATIO -> assertThat(stem).endsWith("_ratio");
      case BYTES -> assertThat(stem).endsWith("_bytes");
      case BYTES_PER_SECOND -> assertThat(stem).endsWith("_bytes_per_second");
      case CELSIUS -> assertThat(stem).endsWith("_celsius");
      case WATTS -> assertThat(stem).endsWith("_watts");
      case JOULES -> assertThat(stem).endsWith("_joules");
      case HERTZ -> assertThat(stem).endsWith("_hertz");
      case SECONDS -> assertThat(stem).endsWith("_seconds");
      case COUNT, NONE -> assertThat(stem).doesNotContain("_ratio", "_bytes");
    }
  }
}
