package dev.acceld.telemetry;

import dev.acceld.telemetry.dcgm.DcgmSelection;

/**
 * What the series need to know about the node and the process.
 *
 * @param nodeName value of the host label on dcgm-exporter's series
 * @param driverName the DRA driver's name
 * @param version of this program
 * @param hostLabel how the host label is written on series with classic names
 * @param dcgm which of dcgm-exporter's series are served
 * @param gkeTpuNames whether readings of TPU chips are served under GKE's names, too
 * @param processes whether the processes that use devices have series
 */
public record TelemetrySettings(
    String nodeName,
    String driverName,
    String version,
    HostLabel hostLabel,
    DcgmSelection dcgm,
    boolean gkeTpuNames,
    boolean processes) {

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

  /** The default: {@code Hostname}. */
  public static TelemetrySettings of(String nodeName, String driverName, String version) {
    return new TelemetrySettings(
        nodeName, driverName, version, HostLabel.UPPER, DcgmSelection.DEFAULT, false, false);
  }

  /** The same with another selection of dcgm-exporter's series. */
  public TelemetrySettings with(DcgmSelection other) {
    return new TelemetrySettings(
        nodeName, driverName, version, hostLabel, other, gkeTpuNames, processes);
  }

  /** The same with or without the names of GKE's TPU device plugin. */
  public TelemetrySettings withGkeTpuNames(boolean served) {
    return new TelemetrySettings(nodeName, driverName, version, hostLabel, dcgm, served, processes);
  }

  /** The same with or without the processes that use devices. */
  public TelemetrySettings withProcesses(boolean served) {
    return new TelemetrySettings(
        nodeName, driverName, version, hostLabel, dcgm, gkeTpuNames, served);
  }
}
