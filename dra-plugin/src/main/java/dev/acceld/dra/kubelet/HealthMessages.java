package dev.acceld.dra.kubelet;

import dev.acceld.device.HealthReport;
import dev.acceld.kubelet.proto.health.v1.DeviceHealth;
import dev.acceld.kubelet.proto.health.v1.DeviceIdentifier;
import dev.acceld.kubelet.proto.health.v1.HealthStatus;
import dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesResponse;
import java.util.List;

/** From health reports to what the kubelet shows in a pod's status. */
final class HealthMessages {
  /** The kubelet cuts longer ones, at a byte. */
  static final int MAX_MESSAGE_BYTES = 1024;

  private static final String CUT = "...";
  private final String pool;

  HealthMessages(String pool) {
    this.pool = pool;
  }

  /** The full list; what is missing from it would become unknown after a while. */
  NodeWatchResourcesResponse list(List<HealthReport> reports) {
    NodeWatchResourcesResponse.Builder list = NodeWatchResourcesResponse.newBuilder();
    for (HealthReport report : reports) {
      list.addDevices(device(report));
    }
    return list.build();
  }

  private DeviceHealth device(HealthReport report) {
    return DeviceHealth.newBuilder()
        .setDevice(
            DeviceIdentifier.newBuilder().setPoolName(pool).setDeviceName(report.device().value()))
        .setHealth(
            switch (report.state()) {
              // The kubelet knows no shades: a degraded device still does its work.
              case HEALTHY, DEGRADED -> HealthStatus.HEALTHY;
              case UNHEALTHY -> HealthStatus.UNHEALTHY;
              case UNKNOWN -> HealthStatus.UNKNOWN;
            })
        .setLastUpdatedTime(report.since().getEpochSecond())
        .setMessage(message(report.reasons()))
        .build();
  }

  /** All reasons with what to do about them, as ASCII of at most 1024 bytes. */
  static String message(List<HealthReport.Reason> reasons) {
    StringBuilder text = new StringBuilder();
    for (HealthReport.Reason reason : reasons) {
      if (!text.isEmpty()) {
        text.append("; ");
      }
      text.append(reason.message());
      if (reason.action() != HealthReport.Action.NONE) {
        text.append(" (").append(reason.action().describe()).append(')');
      }
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        text.setCharAt(i, c == '\n' || c == '\t' ? ' ' : '?');
      }
    }
    if (text.length() > MAX_MESSAGE_BYTES) {
      text.setLength(MAX_MESSAGE_BYTES - CUT.length());
      text.append(CUT);
    }
    return text.toString();
  }
}
