package dev.acceld.dra.kubelet;

import dev.acceld.device.HealthReport;
import dev.acceld.kubelet.proto.health.v1.DeviceHealth;
import dev.acceld.kubelet.proto.health.v1.DeviceIdentifier;
import dev.acceld.kubelet.proto.health.v1.HealthStatus;
import dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesResponse;
import dev.acceld.text.OneLine;
import java.util.List;

/** From health reports to what the kubelet shows in a pod's status. */
final class HealthMessages {
  /** The kubelet cuts longer ones, at a byte. */
  static final int MAX_MESSAGE_BYTES = 1024;

  private static final String CUT = "...";
  private static final String MORE = "; and %d more";
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

  /**
   * All reasons with what to do about them, as ASCII of at most 1024 bytes. Where they are longer,
   * the gravest keeps what to do, and the last words say how many others there are.
   */
  static String message(List<HealthReport.Reason> reasons) {
    String all = String.join("; ", reasons.stream().map(r -> r.message() + action(r)).toList());
    if (all.length() <= MAX_MESSAGE_BYTES || reasons.isEmpty()) {
      return OneLine.ascii(all, MAX_MESSAGE_BYTES);
    }
    HealthReport.Reason gravest = reasons.getFirst();
    String last = reasons.size() == 1 ? "" : MORE.formatted(reasons.size() - 1);
    int room = MAX_MESSAGE_BYTES - action(gravest).length() - last.length();
    StringBuilder text = new StringBuilder(cut(gravest.message(), room)).append(action(gravest));
    int told = 1;
    for (HealthReport.Reason reason : reasons.subList(1, reasons.size())) {
      String next = "; " + reason.message() + action(reason);
      if (text.length() + next.length() + last.length() > MAX_MESSAGE_BYTES) {
        break;
      }
      text.append(next);
      told++;
    }
    return OneLine.ascii(
        text.append(told == reasons.size() ? "" : MORE.formatted(reasons.size() - told)).toString(),
        MAX_MESSAGE_BYTES);
  }

  private static String action(HealthReport.Reason reason) {
    return reason.action() == HealthReport.Action.NONE
        ? ""
        : " (" + reason.action().describe() + ")";
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - CUT.length()) + CUT;
  }
}
