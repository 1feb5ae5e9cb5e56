package dev.acceld.e2e.hour;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/**
 * A file of samples with timestamps in the OpenMetrics text format, as promtool loads it, with the
 * labels that a scrape by the chart's PodMonitor adds. Not safe for several threads.
 */
final class Recording implements AutoCloseable {
  /** All that the chart's dashboards and rules ask for; dcgm-exporter's names are left out. */
  private static final String PREFIX = "acceld_";

  private static final double MILLIS_PER_SECOND = 1000;

  private final Writer file;
  private long samples;

  Recording(Path file) throws IOException {
    this.file = Files.newBufferedWriter(file);
  }

  /** Adds one scrape, in Prometheus' text format, of the agent on that node. */
  void add(Instant time, String node, String exposition) throws IOException {
    String labels = "node=\"" + node + "\",job=\"acceld\",instance=\"" + node + ":9400\"";
    String timestamp = String.format(Locale.ROOT, "%.3f", time.toEpochMilli() / MILLIS_PER_SECOND);
    for (String line : exposition.split("\n", -1)) {
      if (line.startsWith(PREFIX)) {
        int end = line.lastIndexOf(' ');
        String series = line.substring(0, end);
        boolean bare = series.indexOf('{') < 0;
        file.write(bare ? series + "{" : series.substring(0, series.length() - 1));
        file.write(bare ? labels : "," + labels);
        file.write("}" + line.substring(end) + " " + timestamp + "\n");
        samples++;
      }
    }
  }

  long samples() {
    return samples;
  }

  @Override
  public void close() throws IOException {
    file.write("# EOF\n");
    file.close();
  }
}
