package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** The three files of Advanced Error Reporting. */
class AerFuzz {
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
    PciErrors.parse(texts[0], texts[1], texts[2])
        .ifPresent(errors -> {
          check(errors);
          assertThat(errors.restartedSince(errors)).isFalse();
          PciErrors sum = errors;
          for (int function = 1; function < 16; function++) {
            sum = sum.plus(errors);
          }
          check(sum);
        });
  }

  private static void check(PciErrors errors) {
    assertThat(errors.correctable()).isNotNegative();
    assertThat(errors.nonFatal()).isNotNegative();
    assertThat(errors.fatal()).isNotNegative();
    assertThat(errors.kinds().values()).allSatisfy(n -> assertThat(n).isPositive());
  }
}
