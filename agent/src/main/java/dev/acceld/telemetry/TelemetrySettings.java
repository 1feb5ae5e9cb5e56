package dev.acceld.telemetry;

import java.time.Duration;

/**
 * What the series need to know about the node and the process.
 *
 * @param nodeName value of the host label on dcgm-exporter's series
 * @param driverName the DRA driver's name
 * @param version of this program
 * @param hostLabel how the host label is written
 * @param staleAfter readings older than this make no series any more; their age still does
 */
public record TelemetrySettings(
    String nodeName, String driverName, String version, HostLabel hostLabel, Duration staleAfter) {

  /**
   * The host label on dcgm-exporter's series: its releases up to 4.8.2 write {@code Hostname},
   * later ones {@code hostname}, and its flag {@code --no-hostname} leaves it out.
   */
  public enum HostLabel {
    /** {@code Hostname}. */
    UPPER("Hostname"),
    /** {@code hostname}. */
    LOWER("hostname"),
    /** No such label. */
    NONE("");

    private final String label;

    HostLabel(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** The defaults: {@code Hostname}, and readings are good for a minute. */
  public static TelemetrySettings of(String nodeName, String driverName, String version) {
    return new TelemetrySettings(
        nodeName, driverName, version, HostLabel.UPPER, Duration.ofMinutes(1));
  }
}
