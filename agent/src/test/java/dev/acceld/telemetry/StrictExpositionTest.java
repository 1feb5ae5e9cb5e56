package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.telemetry.dcgm.DcgmNames;
import dev.acceld.telemetry.dcgm.DcgmSelection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both formats, read by a strict reader; and the reader, by wrong texts. */
class StrictExpositionTest {
  private static final Path DIR = Path.of("src/test/resources/dev/acceld/telemetry");

  /** With histograms and counters of a busy agent. */
  @ParameterizedTest
  @CsvSource({"small-machine.openmetrics,true", "small-machine.prom,false"})
  void theReviewedTexts(String file, boolean open) throws Exception {
    assertThat(StrictExposition.problems(Files.readString(DIR.resolve(file)), open)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(DcgmNames.class)
  void everySetOfNamesInBothFormats(DcgmNames names) {
    SmallMachine machine = new SmallMachine();
    machine.devices =
        List.of(SmallMachine.gpu(SmallMachine.GPU0, 0, "a \"quoted\\\n model, {strange}"));
    TelemetrySettings settings =
        TelemetrySettings.of("node-1", "acceld.dev", "0.1.0")
            .with(new DcgmSelection(names, Optional.empty()));
    try (Telemetry telemetry = new Telemetry(settings)) {
      machine.bind(telemetry);
      for (String accept : List.of("text/plain", "application/openmetrics-text")) {
        String text = new String(telemetry.scrape(accept).body(), StandardCharsets.UTF_8);
        assertThat(text).contains("a \\\"quoted\\\\\\n model, {strange}");
        assertThat(StrictExposition.problems(text, accept.startsWith("application"))).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "# TYPE a gauge~# HELP a b~a 1~                                | # EOF",
        "# TYPE a gauge~# HELP a b~a 1~a 2~# EOF~                       | twice",
        "# TYPE a gauge~# HELP a b~b 1~# EOF~                           | does not belong",
        "# TYPE a_total counter~# HELP a_total b~a_total 1~# EOF~       | no suffix",
        "# TYPE a counter~# HELP a b~a 1~# EOF~                         | does not belong",
        "# TYPE a counter~# HELP a b~a_total -1~# EOF~                  | not a value",
        "# TYPE a gauge~a 1~# EOF~                                      | lacks TYPE, HELP",
        "# TYPE a gauge~# HELP a b~a{x=\"1\",x=\"2\"} 1~# EOF~          | label is there twice",
        "# TYPE a gauge~# HELP a b~a{x=\"1} 1~# EOF~                    | no sample",
        "# TYPE a info~# HELP a b~a_info 2~# EOF~                       | an info is 1",
        "# TYPE a gauge~# HELP a b~a NaN~# EOF~                         | not a value",
        "# TYPE a untyped~# HELP a b~a 1~# EOF~                         | unknown type",
      })
  void theReaderFindsMistakes(String text, String problem) {
    assertThat(StrictExposition.problems(text.replace('~', '\n'), true))
        .anySatisfy(found -> assertThat(found).contains(problem));
  }

  @Test
  void aFamilyIsInOnePlace() {
    String one = "# TYPE a gauge\n# HELP a b\na 1\n";
    String other = "# TYPE c gauge\n# HELP c b\nc 1\n";
    assertThat(StrictExposition.problems(one + other + one.replace("a 1", "a{x=\"1\"} 1"), false))
        .anySatisfy(found -> assertThat(found).contains("the family a is there twice"));
  }
}
