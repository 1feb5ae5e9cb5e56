package dev.acceld.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the agent's own phases of a prepare take on average, by its metrics at two moments.
 *
 * @param sums seconds and counts so far, by phase
 */
record Phases(Map<String, double[]> sums) {
  private static final Pattern SERIES =
      Pattern.compile(
          "acceld_prepare_duration_seconds_(sum|count)\\{[^}]*phase=\"(\\w+)\"[^}]*} (\\S+)");

  static Phases of(String metricsUrl) throws IOException {
    Map<String, double[]> sums = new TreeMap<>();
    try (InputStream in = URI.create(metricsUrl).toURL().openStream()) {
      Matcher m = SERIES.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      while (m.find()) {
        sums.computeIfAbsent(m.group(2), k -> new double[2])[m.group(1).equals("sum") ? 0 : 1] +=
            Double.parseDouble(m.group(3));
      }
    }
    return new Phases(sums);
  }

  /** Averages since an earlier moment, in milliseconds. */
  String since(Phases earlier) {
    StringBuilder words = new StringBuilder();
    sums.forEach((phase, now) -> {
      double[] then = earlier.sums.getOrDefault(phase, new double[2]);
      double count = now[1] - then[1];
      if (count > 0) {
        words.append(
            String.format(Locale.ROOT, "%s %.2f  ", phase, 1000 * (now[0] - then[0]) / count));
      }
    });
    return words.toString().stripTrailing();
  }
}
