package dev.acceld.agent.status.page;

import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.DeviceStatus;
import dev.acceld.agent.status.model.DeviceStatus.ClaimUse;
import dev.acceld.agent.status.page.Charts.Kind;
import dev.acceld.agent.view.DeviceView.ReasonView;
import dev.acceld.device.DeviceName;
import dev.acceld.history.History;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The devices: a row for each, partitions below their GPU. */
final class DeviceTable {
  private static final List<String> HEADS =
      List.of("Device", "State", "Utilization", "Memory", "Power", "Temperature", "Claim and pod");

  private DeviceTable() {}

  static void write(
      Html html,
      String root,
      List<DeviceStatus> devices,
      Function<DeviceName, Optional<History>> histories) {
    Layout.table(
        html,
        "Devices with the readings of the last 10 minutes",
        HEADS,
        rows -> devices.forEach(d -> row(rows, root, d, histories)));
  }

  private static void row(
      Html html, String root, DeviceStatus d, Function<DeviceName, Optional<History>> histories) {
    Optional<History> history = histories.apply(new DeviceName(d.name()));
    boolean part = d.partition() != null;
    html.open("tr", "class", part ? "part" : null);
    html.open("th", "scope", "row");
    Links.device(html, root, d.name(), d.shortName());
    html.open("small").text("bdi", subtitle(d)).close().close();
    html.open("td", "class", "wide");
    state(html, d);
    html.close();
    cell(html, d, history, Kind.UTILIZATION, Figures.percent(d.utilizationRatio()));
    cell(html, d, history, Kind.MEMORY, Figures.memory(d.memoryUsedBytes(), d.memoryTotalBytes()));
    cell(html, d, history, Kind.POWER, Figures.watts(d.powerWatts()));
    cell(html, d, history, Kind.TEMPERATURE, Figures.celsius(d.temperatureCelsius()));
    html.open("td");
    claims(html, root, d);
    html.close().close().line();
  }

  private static String subtitle(DeviceStatus d) {
    DeviceStatus.Partition partition = d.partition();
    return partition == null ? d.model() : "partition " + partition.profile();
  }

  private static void cell(
      Html html, DeviceStatus d, Optional<History> history, Kind kind, String text) {
    html.open("td", "class", "value").text("span", text);
    Charts.small(html, d, history, kind);
    html.close();
  }

  /** What is said of a device without claims. */
  static String unheld(DeviceStatus d) {
    return switch (d.availability()) {
      case "partitioned" -> "in partitions";
      case "unknown" -> "not known";
      default -> d.availability();
    };
  }

  /** The state in words and a sign, with what is wrong and what to do. */
  static void state(Html html, DeviceStatus d) {
    if (!d.present()) {
      html.text("span", "missing", "class", "state missing");
    }
    word(html, d.state());
    for (ReasonView problem : d.problems()) {
      html.open("p", "class", "problem");
      html.text(problem.message() + " ").text("small", cause(problem));
      if (!problem.action().equals("none")) {
        html.text(" ").text("span", "Action: " + problem.action() + ".", "class", "action");
      }
      html.close();
    }
  }

  /** A state in a word; what is before it tells it without colour, too. */
  static void word(Html html, String state) {
    html.text("span", state, "class", "state " + state);
  }

  private static String cause(ReasonView problem) {
    return problem.value().isEmpty() ? problem.code() : problem.code() + " " + problem.value();
  }

  /** The claims that hold a device, and their pods. */
  static void claims(Html html, String root, DeviceStatus d) {
    if (d.claims().isEmpty()) {
      html.text("span", unheld(d), "class", "muted");
    }
    for (ClaimUse claim : d.claims()) {
      html.open("p");
      Links.claim(html, root, claim.namespace(), claim.name(), claim.uid());
      for (String pod : claim.pods()) {
        html.text(" ").open("small", "class", "pod").text("pod ").text("bdi", pod).close();
      }
      html.close();
    }
  }
}
