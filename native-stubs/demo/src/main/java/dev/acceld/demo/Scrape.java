package dev.acceld.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

  /** The lines of a series that speak of one of the devices. */
  static List<String> about(InetSocketAddress address, List<String> devices, String series)
      throws IOException {
    return lines(address).stream()
        .filter(line -> line.startsWith(series + "{"))
        .filter(line -> devices.stream().anyMatch(d -> line.contains("\"" + d + "\"")))
        .toList();
  }

  /** The value of a line. */
  static double value(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }

  /** A label's value, or "-". */
  static String label(String line, String name) {
    Matcher m = Pattern.compile("[{,]" + Pattern.quote(name) + "=\"([^\"]*)\"").matcher(line);
    return m.find() ? m.group(1) : "-";
  }

  /** How long each phase of {@code prepare} or {@code unprepare} took in all. */
  static Phases phases(InetSocketAddress address, String operation) throws IOException {
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
    return Phases.of(sums);
  }
}
