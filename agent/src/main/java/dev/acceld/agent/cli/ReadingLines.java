package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.device.Metric;
import dev.acceld.device.Parts;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A device's readings for a person: in groups, a line for each, with units. */
final class ReadingLines {
  /** More parts than that are added up: 18 links fill no screen. */
  private static final int MOST_PARTS = 5;

  private ReadingLines() {}

  static void print(JsonNode readings, PrintWriter out) {
    Map<ReadingGroup, Map<Metric, Map<String, Double>>> groups = new EnumMap<>(ReadingGroup.class);
    Map<String, Double> others = new TreeMap<>();
    readings
        .properties()
        .forEach(e -> {
          String[] id = e.getKey().split("\\.", 2);
          double value = e.getValue().asDouble();
          Metric metric = metric(id[0]);
          if (metric == null) {
            others.put(e.getKey(), value); // of an agent that knows more than this command
          } else {
            groups
                .computeIfAbsent(ReadingGroup.of(metric), g -> new EnumMap<>(Metric.class))
                .computeIfAbsent(metric, m -> new LinkedHashMap<>())
                .put(id.length > 1 ? id[1] : "", value);
          }
        });
    groups.forEach((group, metrics) -> {
      out.println(group.heading());
      metrics.forEach((metric, parts) -> line(out, words(metric), value(metric, parts)));
    });
    if (!others.isEmpty()) {
      if (!groups.containsKey(ReadingGroup.OTHERS)) {
        out.println(ReadingGroup.OTHERS.heading());
      }
      others.forEach((id, value) -> line(out, id, Quantity.plain(value)));
    }
  }

  private static @Nullable Metric metric(String id) {
    for (Metric metric : Metric.values()) {
      if (metric.name().equalsIgnoreCase(id)) {
        return metric;
      }
    }
    return null;
  }

  private static String words(Metric metric) {
    return metric
        .name()
        .toLowerCase(Locale.ROOT)
        .replace('_', ' ')
        .replace("nvlink ", "")
        .replace("pcie ", "")
        .replace("fabric ", "")
        .replaceFirst("^ecc ", "ECC ")
        .replaceFirst("^bar1 ", "BAR1 ")
        .replaceFirst("^sram ", "SRAM ")
        .replaceFirst("^sm ", "SM ");
  }

  private static String value(Metric metric, Map<String, Double> parts) {
    Double whole = parts.get("");
    if (whole != null) {
      return Quantity.of(metric, whole);
    }
    Map<String, Double> there =
        parts.entrySet().stream()
            .filter(e -> e.getValue() != 0)
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    if (metric == Metric.NVLINK_UP) {
      return there.size() + " of " + parts.size();
    }
    if (metric.unit() == Metric.Unit.NONE) {
      return there.isEmpty() ? "none" : String.join(", ", there.keySet());
    }
    if (there.isEmpty()) {
      return Quantity.of(metric, 0);
    }
    if (there.size() > MOST_PARTS) {
      double sum = there.values().stream().mapToDouble(Double::doubleValue).sum();
      return Quantity.of(metric, sum) + " in all, of " + there.size() + " " + plural(metric);
    }
    return there.entrySet().stream()
        .map(e -> e.getKey() + ": " + Quantity.of(metric, e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String plural(Metric metric) {
    return metric.parts() == Parts.LINK ? "links" : metric.parts().label() + "s";
  }

  private static void line(PrintWriter out, String label, String value) {
    out.printf("  %-26s %s%n", label, value);
  }
}
