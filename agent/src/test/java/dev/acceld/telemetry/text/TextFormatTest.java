package dev.acceld.telemetry.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormatTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | PROMETHEUS",
        "text/plain;version=0.0.4 | PROMETHEUS",
        "text/html,application/xhtml+xml,*/*;q=0.8 | PROMETHEUS",
        "application/openmetrics-text | OPENMETRICS",
        "application/openmetrics-text;q=0 | PROMETHEUS",
        "application/openmetrics-text;q=wrong | PROMETHEUS",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.1 | OPENMETRICS",
        "text/plain;q=0.9, application/openmetrics-text;q=0.5 | PROMETHEUS",
      })
  void theClientDecides(String accept, TextFormat expected) {
    assertThat(TextFormat.preferred(accept)).isEqualTo(expected);
  }

  @Test
  void noHeaderIsPlainText() {
    assertThat(TextFormat.preferred(null)).isEqualTo(TextFormat.PROMETHEUS);
    assertThat(TextFormat.PROMETHEUS.writer().getContentType())
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(TextFormat.OPENMETRICS.writer().getContentType())
        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
  }
}
