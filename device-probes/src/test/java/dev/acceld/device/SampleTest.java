package dev.acceld.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleTest {
  @Test
  void holdsWhatWasPutAndNothingElse() {
    Sample sample = Sample.of(Map.of(Metric.POWER, 412.5, Metric.TEMPERATURE, 0.0));
    assertThat(sample.get(Metric.POWER)).isEqualTo(412.5);
    assertThat(sample.get(Metric.TEMPERATURE)).isZero();
    assertThat(sample.get(Metric.ENERGY)).isNaN();
    assertThat(sample.metrics()).containsExactlyInAnyOrder(Metric.POWER, Metric.TEMPERATURE);
    assertThat(sample.has(Metric.ENERGY)).isFalse();
    assertThat(Sample.EMPTY.metrics()).isEmpty();
    assertThat(sample).hasToString("{temperature=0.0, power=412.5}");
  }

  @Test
  void everyValueOfEveryMetricHasAPlaceOfItsOwn() {
    Sample.Builder builder = new Sample.Builder();
    int next = 0;
    for (Metric metric : Metric.values()) {
      for (int part = 0; part < metric.parts().count(); part++) {
        builder.put(metric, part, next++);
      }
    }
    List<Double> seen = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    builder
        .build()
        .visit((metric, part, value) -> {
          seen.add(value);
          assertThat(ids.add(metric.id(part))).as(metric.id(part)).isTrue();
        });
    assertThat(seen).hasSize(next).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aBuilderThatGoesOnLeavesWhatItBuiltAlone() {
    Sample.Builder builder = new Sample.Builder().put(Metric.POWER, 1);
    Sample before = builder.build();
    builder.put(Metric.POWER, 2);
    assertThat(before.get(Metric.POWER)).isEqualTo(1);
    assertThat(before)
        .isEqualTo(Sample.of(Map.of(Metric.POWER, 1.0)))
        .isNotEqualTo(builder.build());
    assertThat(builder.clear().build()).isEqualTo(Sample.EMPTY);
  }

  @Test
  void aPartThatThereIsNotIsAMistake() {
    assertThatThrownBy(() -> Sample.EMPTY.get(Metric.POWER, 1)).hasMessage("POWER has no part 1");
  }
}
