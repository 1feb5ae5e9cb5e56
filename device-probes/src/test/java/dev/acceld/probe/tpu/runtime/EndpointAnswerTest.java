package dev.acceld.probe.tpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.tpu.runtime.answer.CoreState;
import dev.acceld.probe.tpu.runtime.answer.Entry;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointAnswerTest {
  private final EndpointAnswer answer = new EndpointAnswer(Endpoint.of("10.4.0.7", 8431));

  private static List<Entry> entries(int count) {
    return Collections.nCopies(
        count, new Entry(OptionalLong.of(1), Map.of(), OptionalDouble.of(1), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "HBM_TOTAL, 256, 256",
    "HBM_TOTAL, 257, 0",
    "QUEUE, 1024, 0",
    "EXECUTION, 512, 512",
    "EXECUTION, 513, 0",
    "SLICE_ERROR, 1024, 16",
    "UPTIME, 17, 16"
  })
  void ofTooManyEntriesNoneOrTheFirstAreKept(RuntimeMetric metric, int told, int kept) {
    answer.put(metric, entries(told));
    assertThat(answer.entries(metric)).hasSize(kept);
    assertThat(answer.problems().list())
        .hasSize(told == kept ? 0 : 1)
        .allMatch(p -> p.startsWith("10.4.0.7:8431: " + metric.wireName() + ": it has more than "));
  }

  @ParameterizedTest
  @ValueSource(ints = {384, 385})
  void noHostHasSoManyCores(int count) {
    answer.put(
        Collections.nCopies(
            count, new CoreState(1, OptionalInt.of(1), "tensor-core", Optional.empty())));
    assertThat(answer.cores()).hasSize(count > 384 ? 0 : count);
    assertThat(answer.problems().list()).hasSize(count > 384 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "16, 16", "17, 17", "500, 17"})
  void reasonsAreNotEndless(int added, int kept) {
    for (int i = 0; i < added; i++) {
      answer.problem("reason " + i);
      answer.problem("reason " + i);
    }
    List<String> told = answer.problems().list();
    assertThat(told).hasSize(kept).startsWith("10.4.0.7:8431: reason 0");
    if (added > 16) {
      assertThat(told).endsWith("further readings are missing");
    }
  }
}
