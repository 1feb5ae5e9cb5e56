package dev.acceld.probe.tpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.AnswerSeeds;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import dev.acceld.probe.tpu.runtime.answer.BadAnswerException;
import dev.acceld.probe.tpu.runtime.answer.RuntimeCalls;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A reading of four chips, from one answer for each metric. The first byte is left out, so that the
 * seeds are those of the answers.
 */
class ReadingFuzz {
  private static final int CHIPS = 4;
  private static final RuntimeMetric[] METRICS = RuntimeMetric.values();

  static List<byte[]> seeds() {
    return AnswerSeeds.all();
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    EndpointAnswer answer = new EndpointAnswer(Endpoint.of("10.0.0.1", Endpoint.DEFAULT_PORT));
    byte[] rest = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
    try {
      for (RuntimeMetric metric : METRICS) {
        answer.put(metric, RuntimeCalls.METRIC.parseResponse(new ByteArrayInputStream(rest)));
      }
      answer.put(RuntimeCalls.STATUS.parseResponse(new ByteArrayInputStream(rest)));
    } catch (BadAnswerException e) {
      assertThat(e).hasMessageStartingWith("it ");
    }

    RuntimeReading reading =
        new ReadingAssembler(ExpectedChips.of(CHIPS), List.of(answer)).at(Instant.EPOCH);

    assertThat(reading.problems())
        .hasSizeLessThanOrEqualTo(Problems.MOST + 1)
        .allSatisfy(Inputs::assertIsMessage);
    assertThat(reading.chips()).hasSize(CHIPS).allSatisfy(ReadingFuzz::check);
  }

  private static void check(ChipMetrics chip) {
    check(chip.dutyCyclePercent(), 100);
    check(chip.hbmBandwidthPercent(), 100);
    check(chip.idleSeconds(), 1e10);
    check(chip.hbmTotalBytes());
    check(chip.hbmUsedBytes());
    check(chip.queuedPrograms());
    if (chip.hbmTotalBytes().isPresent() && chip.hbmUsedBytes().isPresent()) {
      assertThat(chip.hbmUsedBytes().getAsLong())
          .isLessThanOrEqualTo(chip.hbmTotalBytes().getAsLong());
    }
  }

  private static void check(OptionalDouble share, double most) {
    share.ifPresent(value -> assertThat(value).isBetween(0.0, most));
  }

  private static void check(OptionalLong amount) {
    amount.ifPresent(value -> assertThat(value).isBetween(0L, 1L << 52));
  }
}
