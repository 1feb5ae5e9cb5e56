package dev.acceld.probe.tpu.runtime.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.AnswerSeeds;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import dev.acceld.text.OneLine;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** What libtpu's metrics service answers: the first byte selects the question. */
class AnswerFuzz {
  static List<byte[]> seeds() {
    return AnswerSeeds.all();
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    if (bytes.length == 0) {
      return;
    }
    InputStream answer = new ByteArrayInputStream(bytes, 1, bytes.length - 1);
    try {
      switch (bytes[0]) {
        case 0 ->
            assertThat(RuntimeCalls.METRIC.parseResponse(answer))
                .hasSizeLessThanOrEqualTo(RepeatedField.MOST_ELEMENTS)
                .allSatisfy(AnswerFuzz::check);
        case 1 ->
            assertThat(RuntimeCalls.STATUS.parseResponse(answer))
                .hasSizeLessThanOrEqualTo(RepeatedField.MOST_ELEMENTS)
                .allSatisfy(core -> core.error().ifPresent(AnswerFuzz::assertIsShortLine));
        default -> assertThat(RuntimeCalls.LIST.parseResponse(answer)).doesNotContainNull();
      }
    } catch (BadAnswerException e) {
      Inputs.assertIsMessage(String.valueOf(e.getMessage()));
    }
  }

  private static void check(Entry entry) {
    entry
        .attributes()
        .forEach((key, value) -> {
          assertIsShortLine(key);
          assertIsShortLine(value);
        });
    entry.distribution().ifPresent(AnswerFuzz::check);
  }

  private static void check(RawDistribution distribution) {
    Distribution summary = distribution.summary();
    assertThat(summary.sum()).isFinite().isNotNegative();
    double before = Double.NEGATIVE_INFINITY;
    for (Distribution.Percentile percentile : summary.percentiles()) {
      assertThat(percentile.value()).isFinite().isGreaterThanOrEqualTo(before);
      before = percentile.value();
    }
    assertThat(distribution.plus(distribution))
        .hasValueSatisfying(
            both -> assertThat(both.summary().count()).isEqualTo(2 * summary.count()));
  }

  private static void assertIsShortLine(String text) {
    assertThat(text).isEqualTo(OneLine.of(text)).hasSizeLessThanOrEqualTo(6 * 257);
  }
}
