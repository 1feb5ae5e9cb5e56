package dev.acceld.agent.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the agent's metrics as Prometheus does. */
final class Scrape {
  private static final Pattern PHASE_SUM =
      Pattern.compile("acceld_(\\w+)_duration_seconds_sum\\{([^}]*)} (\\S+)");
  private static final Pattern PHASE = Pattern.compile("phase=\"(\\w+)\"");

  private Scrape() {}

  static String url(InetSocketAddress address, String path) {
    return "http://127.0.0.1:" + address.getPort() + path;
  }

  static List<String> lines(InetSocketAddress address) throws IOException {
    try (InputStream in = URI.create(url(address, "/metrics")).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.startsWith("#"))
          .toList();
    }
  }

  /** The lines of those series that speak of one of the devices. */
  static List<String> about(InetSocketAddress address, List<String> devices, List<String> series)
      throws IOException {
    List<String> found = new ArrayList<>();
    for (String line : lines(address)) {
      boolean wanted =
          series.stream().anyMatch(s -> line.startsWith(s + "{"))
              && !(line.contains("state=") && line.endsWith(" 0.0"));
      if (wanted && devices.stream().anyMatch(d -> line.contains("\"" + d + "\""))) {
        found.add(line);
      }
    }
    return found;
  }

  /** How long each phase of {@code prepare} or {@code unprepare} took in all, in milliseconds. */
  static String phases(InetSocketAddress address, String operation) throws IOException {
    TreeMap<String, Double> sums = new TreeMap<>();
    for (String line : lines(address)) {
      Matcher m = PHASE_SUM.matcher(line);
      if (m.matches() && m.group(1).equals(operation)) {
        Matcher phase = PHASE.matcher(m.group(2));
        if (phase.find()) {
          sums.merge(phase.group(1), Double.parseDouble(m.group(3)) * 1000, Double::sum);
        }
      }
    }
    List<String> words = new ArrayList<>();
    Double total = sums.remove("total");
    sums.forEach((p, ms) -> words.add(String.format(Locale.ROOT, "%s %.1f ms", p, ms)));
    return String.join(", ", words)
        + (total == null ? "" : String.format(Locale.ROOT, "; in all %.1f ms", total));
  }
}
