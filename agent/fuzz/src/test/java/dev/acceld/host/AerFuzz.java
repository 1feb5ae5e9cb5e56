package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.provider.MethodSource;

/** The three files of Advanced Error Reporting. */
class AerFuzz {
  private static final Pattern LINE =
      Pattern.compile("[\\s\\x1c-\\x1f]*([A-Za-z_]{1,64}) ([0-9]{1,18})[\\s\\x1c-\\x1f]*");

  static List<byte[]> seeds() {
    return Inputs.seeds(
        "RxErr 1\nBadTLP 3\nTOTAL_ERR_COR 4\0TLP 0\nTOTAL_ERR_NONFATAL 0\0DLP 2\nTOTAL_ERR_FATAL 2",
        "BadTLP 999999999999999999\n".repeat(10) + "TOTAL_ERR_COR 999999999999999999");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    String[] texts = Inputs.texts(bytes, 3);
    AerCounters counters = new AerCounters();
    Optional<PciErrors> read =
        counters.errors(add(counters, texts[0]), add(counters, texts[1]), add(counters, texts[2]));
    assertThat(read).isEqualTo(byPattern(texts));
    read.ifPresent(errors -> {
      check(errors);
      assertThat(errors.restartedSince(errors)).isFalse();
      PciErrors sum = errors;
      for (int function = 1; function < 16; function++) {
        sum = sum.plus(errors);
      }
      check(sum);
    });
  }

  private static long add(AerCounters counters, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return counters.add(bytes, bytes.length);
  }

  /** The same, line by line with a pattern. */
  private static Optional<PciErrors> byPattern(String[] files) {
    Map<String, Long> kinds = new HashMap<>();
    long[] totals = new long[files.length];
    for (int file = 0; file < files.length; file++) {
      totals[file] = -1;
      for (String line : files[file].split("\n", -1)) {
        Matcher m = LINE.matcher(line);
        if (m.matches() && m.group(1).startsWith("TOTAL_ERR_")) {
          totals[file] = Long.parseLong(m.group(2));
        } else if (m.matches() && Long.parseLong(m.group(2)) > 0) {
          kinds.merge(
              m.group(1), Long.parseLong(m.group(2)), (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        }
      }
    }
    return totals[0] < 0 || totals[1] < 0 || totals[2] < 0
        ? Optional.empty()
        : Optional.of(new PciErrors(totals[0], totals[1], totals[2], kinds));
  }

  private static void check(PciErrors errors) {
    assertThat(errors.correctable()).isNotNegative();
    assertThat(errors.nonFatal()).isNotNegative();
    assertThat(errors.fatal()).isNotNegative();
    assertThat(errors.kinds().values()).allSatisfy(n -> assertThat(n).isPositive());
  }
}
