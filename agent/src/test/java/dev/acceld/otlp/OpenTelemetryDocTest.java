package dev.acceld.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.otlp.metrics.HwAttributes;
import dev.acceld.otlp.metrics.HwMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** OPENTELEMETRY.md lists every metric as it is exported. */
class OpenTelemetryDocTest {
  private static final Path PAGE = Path.of("../daemonset/OPENTELEMETRY.md");

  @Test
  void everyMetricIsListedWithItsInstrumentUnitAndDescriptionAndNoOther() throws IOException {
    List<String> listed =
        Files.readAllLines(PAGE).stream()
            .filter(l -> l.startsWith("| `hw.") || l.startsWith("| `acceld."))
            .filter(l -> l.chars().filter(c -> c == '|').count() == 6)
            .map(l -> l.substring(0, l.lastIndexOf('|', l.length() - 2) + 1))
            .toList();
    assertThat(listed)
        .isEqualTo(
            Arrays.stream(HwMetric.values())
                .map(m ->
                    "| `%s` | %s | %s | %s |"
                        .formatted(
                            m.id(),
                            m.instrument().words(),
                            m.unit(),
                            m.description().replaceAll("\\.$", "")))
                .toList());
  }

  @Test
  void theVersionOfTheConventionIsNamed() throws IOException {
    String version =
        HwAttributes.SCHEMA_URL.substring(HwAttributes.SCHEMA_URL.lastIndexOf('/') + 1);
    assertThat(Files.readString(PAGE)).contains("version " + version);
  }
}
