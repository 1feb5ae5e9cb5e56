package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints everything known of one device, a line each. */
final class DeviceDetails {
  /** More parts than that are added up: 18 links fill no screen. */
  private static final int MOST_PARTS = 5;

  private DeviceDetails() {}

  static void print(JsonNode d, PrintWriter out) {
    line(out, "name", d.path("name"));
    line(out, "type", d.path("type"));
    line(out, "model", d.path("model"));
    line(out, "uuid", d.path("uuid"));
    line(out, "memory", DevicesCommand.gib(d.path("memoryBytes")));
    line(out, "pci", d.path("pciBusId"));
    line(out, "pcie root", d.path("pcieRoot"));
    line(out, "numa node", d.path("numaNode"));
    line(out, "files", DevicesCommand.joined(d.path("files")));
    line(out, "present", d.path("present"));
    line(out, "claims", DevicesCommand.joined(d.path("claims")));
    line(out, "health", d.path("health"));
    for (JsonNode r : d.path("reasons")) {
      out.println("  since " + r.path("since").asText() + ": " + r.path("message").asText());
      out.println("  what to do: " + r.path("action").asText());
    }
    for (JsonNode s : d.path("signals")) {
      line(out, "signal", s.path("signal").asText() + ": " + s.path("message").asText());
      out.println("  what to do: " + s.path("advice").asText());
    }
    out.println("readings");
    readings(d.path("readings"), out);
  }

  /** A line for each reading; what has parts (links, causes, …) has one line for all of them. */
  private static void readings(JsonNode readings, PrintWriter out) {
    Map<String, Map<String, Double>> byName = new TreeMap<>();
    readings
        .properties()
        .forEach(e -> {
          String[] id = e.getKey().split("\\.", 2);
          byName
              .computeIfAbsent(id[0], n -> new LinkedHashMap<>())
              .put(id.length > 1 ? id[1] : "", e.getValue().asDouble());
        });
    byName.forEach(
        (name, parts) -> out.printf("  %-26s %s%n", name.replace('_', ' '), value(parts)));
  }

  private static String value(Map<String, Double> parts) {
    Double whole = parts.get("");
    if (whole != null) {
      return number(whole);
    }
    List<Map.Entry<String, Double>> there =
        parts.entrySet().stream().filter(e -> e.getValue() != 0).toList();
    if (there.size() > MOST_PARTS) {
      double sum = there.stream().mapToDouble(Map.Entry::getValue).sum();
      return number(sum) + " in all, of " + there.size();
    }
    return there.isEmpty()
        ? "0"
        : there.stream()
            .map(e -> e.getKey() + ": " + number(e.getValue()))
            .collect(Collectors.joining(", "));
  }

  private static String number(double value) {
    return new BigDecimal(value).round(new MathContext(12)).stripTrailingZeros().toPlainString();
  }

  private static void line(PrintWriter out, String label, JsonNode value) {
    if (!value.isMissingNode()) {
      line(out, label, value.asText());
    }
  }

  private static void line(PrintWriter out, String label, String value) {
    out.printf("%-12s %s%n", label, value);
  }
}
