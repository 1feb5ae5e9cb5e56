package dev.acceld.demo;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where the time of an operation went.
 *
 * @param total all of it, in milliseconds
 * @param parts by what was done, in milliseconds; they add up to the total
 */
record Phases(double total, Map<String, Double> parts) {
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put("get", "claim from the API server");
    WORDS.put("inventory", "inventory");
    WORDS.put("lock", "locks");
    WORDS.put("wait", "waiting for the previous holder");
    WORDS.put("hardware", "hardware");
    WORDS.put("cdi", "CDI file");
    WORDS.put("record", "durable record");
  }

  /** From the sums of {@code acceld_prepare_duration_seconds} and the like, in milliseconds. */
  static Phases of(Map<String, Double> sums) {
    Map<String, Double> parts = new LinkedHashMap<>();
    double known = 0;
    for (Map.Entry<String, String> phase : WORDS.entrySet()) {
      Double took = sums.get(phase.getKey());
      if (took != null) {
        parts.put(phase.getValue(), took);
        known += took;
      }
    }
    double total = sums.getOrDefault("total", known);
    parts.put("checks and everything else", Math.max(0, total - known));
    return new Phases(total, parts);
  }

  /** One line. */
  String describe() {
    return String.format(Locale.ROOT, "%.1f ms: ", total)
        + parts.entrySet().stream()
            .map(part -> String.format(Locale.ROOT, "%s %.1f", part.getKey(), part.getValue()))
            .collect(Collectors.joining(", "));
  }
}
