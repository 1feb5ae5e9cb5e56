package dev.acceld.telemetry.text;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two text formats, and which one a client prefers. */
public enum TextFormat {
  /** Prometheus' text format 0.0.4: what anybody gets who asks for nothing else. */
  PROMETHEUS,
  /** OpenMetrics 1.0. */
  OPENMETRICS;

  public ExpositionFormatWriter writer() {
    return switch (this) {
      case PROMETHEUS -> Writers.PROMETHEUS;
      case OPENMETRICS -> Writers.OPENMETRICS;
    };
  }

  /**
   * Reads an {@code Accept} header (RFC 9110, 12.5.1) as far as it decides between the two:
   * OpenMetrics only when it is named and wanted more than plain text.
   */
  public static TextFormat preferred(@Nullable String accept) {
    if (accept == null) {
      return PROMETHEUS;
    }
    double open = 0;
    double plain = 0;
    double any = 0;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = range.split(";", -1);
      double q = quality(parts);
      switch (parts[0].strip()) {
        case "application/openmetrics-text" -> open = Math.max(open, q);
        case "text/plain" -> plain = Math.max(plain, q);
        case "*/*", "text/*" -> any = Math.max(any, q);
        default -> {} // protobuf and others: not served
      }
    }
    return open > 0 && open >= Math.max(plain, any) ? OPENMETRICS : PROMETHEUS;
  }

  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }

  /** Made on the first scrape, not at start. */
  private static final class Writers {
    static final ExpositionFormatWriter PROMETHEUS = PrometheusTextFormatWriter.create();
    static final ExpositionFormatWriter OPENMETRICS = OpenMetricsTextFormatWriter.create();
  }
}
