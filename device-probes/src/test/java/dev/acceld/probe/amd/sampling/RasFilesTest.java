package dev.acceld.probe.amd.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files below {@code ras}. */
class RasFilesTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Optional<RasErrors> errors(String text) {
    return RasErrors.of(bytes(text), bytes(text).length);
  }

  private static BadPages pages(String text) {
    return BadPages.of(bytes(text), bytes(text).length);
  }

  @Test
  void errorsOfABlock() {
    assertThat(errors("ue: 2\nce: 17\n")).contains(new RasErrors(2, 17));
    assertThat(errors("ue: 0\nce: 0\nde: 4\n")).contains(new RasErrors(0, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Query currently inaccessible\n",
        "ue: 1\n",
        "ce: 1\n",
        "ue: -1\nce: 0\n",
        "ue: 99999999999999999999\nce: 0\n",
        "ue 1\nce 0\n",
        "\u0000\u00ff\u0000",
      })
  void anythingElseIsUnknown(String text) {
    assertThat(errors(text)).isEmpty();
  }

  @Test
  void badPagesByState() {
    assertThat(
            pages(
                "0x00000001 : 0x00001000 : R\n0x00000002 : 0x00001000 : P\n"
                    + "0x0000000a : 0x00001000 : F\n0x0000000b : 0x00001000 : R\n"))
        .isEqualTo(new BadPages(2, 1, 1));
    assertThat(pages("")).isEqualTo(BadPages.NONE);
    assertThat(pages("0x1 : 0x1 : X\nR\n: : R\n0x00000001 : 0x00001000 : R"))
        .isEqualTo(new BadPages(1, 0, 0));
  }

  @Test
  void theThresholdIsTheDriversOwn() {
    OptionalLong memory = OptionalLong.of(64L << 30);
    assertThat(PageWatch.threshold(OptionalLong.of(20), memory)).hasValue(20);
    assertThat(PageWatch.threshold(OptionalLong.of(-1), memory)).hasValue(655);
    assertThat(PageWatch.threshold(OptionalLong.empty(), memory)).hasValue(655);
    assertThat(PageWatch.threshold(OptionalLong.of(0), memory)).isEmpty();
    assertThat(PageWatch.threshold(OptionalLong.of(-1), OptionalLong.empty())).isEmpty();
  }
}
