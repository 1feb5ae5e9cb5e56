package dev.acceld.probe.tpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.tpu.runtime.ProcessMetrics.State;
import dev.acceld.probe.tpu.runtime.answer.CoreState;
import dev.acceld.probe.tpu.runtime.answer.Entry;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever workloads answer, a reading is made of it, and nothing in it is impossible. */
class AnyAnswersTest {
  private static final double[] NUMBERS = {
    0,
    1,
    37.5,
    99.9,
    100,
    100.0000001,
    101,
    -1,
    -0.0,
    1e9,
    1.7e10,
    9e15,
    1e300,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE
  };

  private static final long[] ODD_IDS = {
    -1, 1_000_001, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 1_000_000
  };

  private final Random random = new Random(20261128);

  private int upTo(int most) {
    return random.nextInt(most + 1);
  }

  private boolean seldom() {
    return random.nextInt(12) == 0;
  }

  private Entry entry(long device) {
    return new Entry(
        seldom()
            ? OptionalLong.empty()
            : OptionalLong.of(seldom() ? ODD_IDS[random.nextInt(ODD_IDS.length)] : device),
        Map.of("core_type", "T" + upTo(2)),
        seldom()
            ? OptionalDouble.empty()
            : OptionalDouble.of(NUMBERS[random.nextInt(NUMBERS.length)]),
        Optional.empty());
  }

  private EndpointAnswer answer(int port, int chips) {
    EndpointAnswer answer = new EndpointAnswer(Endpoint.of("127.0.0.1", port));
    answer.state(State.ANSWERS);
    int devices = seldom() ? upTo(3 * chips) : chips * (1 + upTo(1));
    int from = upTo(20);
    for (RuntimeMetric metric : RuntimeMetric.values()) {
      if (seldom()) {
        continue;
      }
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < devices; i++) {
        entries.add(entry(from + (seldom() ? upTo(devices) : i)));
      }
      answer.put(metric, entries);
    }
    List<CoreState> cores = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      OptionalInt chip = seldom() ? OptionalInt.empty() : OptionalInt.of(i - upTo(1));
      cores.add(new CoreState(i, chip, "tensor-core", Optional.of("halted")));
    }
    answer.put(cores);
    return answer;
  }

  @Test
  void aReadingOfRandomAnswersHoldsNothingImpossible() {
    int told = 0;
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      int chips = 1 + random.nextInt(8);
      int endpoints = random.nextBoolean() ? 1 : random.nextBoolean() ? chips : 1 + upTo(8);
      ExpectedChips expected =
          random.nextBoolean()
              ? ExpectedChips.of(chips)
              : ExpectedChips.of(chips, 1 + random.nextInt(2));
      List<EndpointAnswer> answers = new ArrayList<>();
      for (int e = 0; e < endpoints; e++) {
        answers.add(
            seldom()
                ? new EndpointAnswer(Endpoint.of("127.0.0.1", 1 + e))
                : answer(1 + e, Math.max(1, chips / endpoints)));
      }
      RuntimeReading reading = new ReadingAssembler(expected, answers).at(Instant.EPOCH);
      check(reading, chips);
      told += (int) reading.chips().stream().filter(c -> c.hbmUsedBytes().isPresent()).count();
      refused += reading.problems().isEmpty() ? 0 : 1;
    }
    assertThat(told).isGreaterThan(2_000);
    assertThat(refused).isGreaterThan(5_000);
  }

  private static void check(RuntimeReading reading, int chips) {
    assertThat(reading.chips()).hasSize(chips);
    assertThat(reading.problems())
        .hasSizeLessThanOrEqualTo(Problems.MOST + 1)
        .doesNotHaveDuplicates();
    if (reading.processes().size() == 1) {
      assertThat(reading.chips().stream().flatMap(chip -> chip.deviceIds().stream()))
          .doesNotHaveDuplicates()
          .isSorted();
    }
    for (ChipMetrics chip : reading.chips()) {
      assertThat(chip.deviceIds()).hasSizeLessThanOrEqualTo(2);
      assertThat(chip.endpoint().isPresent()).isEqualTo(!chip.deviceIds().isEmpty());
      chip.hbmTotalBytes().ifPresent(total -> assertThat(total).isBetween(0L, 1L << 51));
      chip.hbmUsedBytes()
          .ifPresent(
              used -> assertThat(used).isBetween(0L, chip.hbmTotalBytes().orElse(Long.MAX_VALUE)));
      chip.dutyCyclePercent().ifPresent(p -> assertThat(p).isBetween(0.0, 100.0));
      chip.hbmBandwidthPercent().ifPresent(p -> assertThat(p).isBetween(0.0, 100.0));
      chip.idleSeconds().ifPresent(s -> assertThat(s).isFinite().isNotNegative());
      chip.queuedPrograms().ifPresent(n -> assertThat(n).isNotNegative());
    }
    for (ProcessMetrics process : reading.processes()) {
      process.uptimeSeconds().ifPresent(s -> assertThat(s).isFinite().isNotNegative());
      assertThat(process.errors())
          .hasSizeLessThanOrEqualTo(32)
          .allMatch(error -> error.value() > 0 && Double.isFinite(error.value()));
    }
  }
}
