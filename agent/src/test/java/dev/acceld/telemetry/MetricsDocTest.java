package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** METRICS.md lists every series with its HELP text. */
class MetricsDocTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `((?:acceld|DCGM)_\\w+)`(?: by `\\w+`)? \\| (.+) \\|$");
  private static final Pattern NAME = Pattern.compile("`(acceld_\\w+)[{`]");

  @Test
  void everyFamilyIsListedWithItsHelp() throws IOException {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("METRICS.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        assertThat(listed.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
      }
    }
    Map<String, String> families =
        DeviceCollector.allFamilies().stream()
            .collect(Collectors.toMap(MetricFamily::name, f -> f.metadata().getHelp()));
    families.forEach((name, help) -> assertThat(listed.get(name)).as(name).isEqualTo(help));
    assertThat(listed.keySet())
        .filteredOn(name -> name.startsWith("DCGM") || name.startsWith("acceld_device_"))
        .allSatisfy(name -> assertThat(families).containsKey(name));
  }

  @Test
  void everySeriesInTheTableOfFaultsIsListed() throws IOException {
    String text = Files.readString(Path.of("METRICS.md"));
    String faults =
        text.substring(text.indexOf("## Faults of NVIDIA GPUs"), text.indexOf("## The agent"));
    Matcher names = NAME.matcher(faults);
    int found = 0;
    while (names.find()) {
      assertThat(text).contains("\n| `" + names.group(1) + "`");
      found++;
    }
    assertThat(found).isGreaterThan(12);
  }
}
