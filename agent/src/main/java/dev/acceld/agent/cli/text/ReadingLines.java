package dev.acceld.agent.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.Recovery;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A device's readings for a person: in groups, a line for each, with units. */
public final class ReadingLines {
  /** More parts than that are added up: 18 links fill no screen. */
  private static final int MOST_PARTS = 5;

  private static final Pattern ABBREVIATION =
      Pattern.compile("\\b(?:ecc|bar1|sram|dram|sm|jpeg|ofa|dfma|hmma|imma|fp64|fp32|fp16|crc)\\b");

  private ReadingLines() {}

  public static void print(JsonNode readings, PrintWriter out) {
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
      metrics.forEach((metric, parts) -> line(out, describe(metric), value(metric, parts)));
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

  private static String describe(Metric metric) {
    return metric
        .name()
        .toLowerCase(Locale.ROOT)
        .replace('_', ' ')
        .replace("nvlink ", "")
        .replace("pcie ", "")
        .replace("fabric ", "")
        .replace(" least", " minimum")
        .replace(" most", " maximum")
        .replace("xid heard", "XID events")
        .transform(ReadingLines::abbreviations);
  }

  private static String abbreviations(String words) {
    return ABBREVIATION.matcher(words).replaceAll(m -> m.group().toUpperCase(Locale.ROOT));
  }

  /** What is 1 or 0 for yes or no, and what NVML's numbers mean. */
  private static Optional<String> meaning(Metric metric, double value) {
    return switch (metric) {
      case SRAM_THRESHOLD_EXCEEDED,
          ROW_REMAP_PENDING,
          ROW_REMAP_FAILED,
          RETIRED_PAGES_PENDING,
          XID_HEARD ->
          Optional.of(value == 0 ? "no" : "yes");
      case RECOVERY_ACTION -> Optional.of(value == 0 ? "none" : recovery((int) value));
      default -> Optional.empty();
    };
  }

  private static String recovery(int number) {
    return VendorModule.all().stream()
        .flatMap(module -> module.health().recovery(number).stream())
        .map(Recovery::description)
        .findFirst()
        .orElse(Integer.toString(number));
  }

  private static String value(Metric metric, Map<String, Double> parts) {
    Double whole = parts.get("");
    if (whole != null) {
      return meaning(metric, whole).orElseGet(() -> Quantity.of(metric, whole));
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
    return metric.parts() == MetricDimension.LINK ? "links" : metric.parts().label() + "s";
  }

  private static void line(PrintWriter out, String label, String value) {
    out.printf("  %-27s %s%n", label, value);
  }
}
