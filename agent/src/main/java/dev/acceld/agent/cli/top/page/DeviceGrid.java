package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.acceld.words.Rounded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The devices. */
final class DeviceGrid {
  private static final double MEGA = 1e6;

  /** More samples than so many that are missing make a reading old. */
  private static final double MISSED = 3;

  private static final List<Column> COLUMNS =
      List.of(
          Column.whole("DEVICE", 0),
          Column.number("UTIL", 1),
          Column.chart("LAST 10 MIN", 5, 60),
          Column.number("MEM GiB", 2),
          Column.chart("MEM 10 MIN", 9, 30),
          Column.number("POWER W", 4),
          Column.number("TEMP", 3),
          Column.number("SM MHz", 7),
          Column.text("THROTTLED BY", 8, 12),
          Column.number("RX/TX GiB/s", 10),
          Column.text("STATE", 1, 16),
          Column.text("CLAIM", 6, 18),
          Column.text("MODEL", 11, 20),
          Column.whole("NAME", 12));

  private DeviceGrid() {}

  static Grid of(Answer answer, Look look) {
    List<Grid.Row> rows = new ArrayList<>();
    for (JsonNode device : answer.devices()) {
      String name = device.path("name").asText();
      rows.add(new Grid.Row(name, device.path("parent").asText(), cells(answer, device, look)));
    }
    return new Grid(COLUMNS, rows, "No devices on this node; 'acceld doctor' shows why.");
  }

  private static List<Cell> cells(Answer answer, JsonNode device, Look look) {
    Readings readings = new Readings(answer.node(), device);
    double used = readings.get("memory_used");
    double total = readings.memoryTotal();
    return List.of(
        Cell.of(Answer.partName(device)),
        Texts.percent(readings.utilization(), look),
        Cell.chart(readings.utilizationTrend(), 1),
        of(used, total, Texts::gib, look),
        Cell.chart(readings.trend("memory_used"), total),
        of(readings.get("power"), readings.get("power_limit"), DeviceGrid::whole, look),
        number(readings.get("temperature"), 1, look),
        number(readings.get("sm_clock"), MEGA, look),
        throttled(readings, look),
        pcie(readings.get("pcie_received_rate"), readings.get("pcie_sent_rate"), look),
        state(answer, device),
        Texts.joined(Texts.list(device.path("claims")), look),
        Texts.text(device.path("model"), look),
        Texts.text(device.path("name"), look));
  }

  private interface Format {
    String of(double value);
  }

  private static String whole(double value) {
    return Rounded.decimal(value, 0);
  }

  private static Cell of(double value, double most, Format format, Look look) {
    if (Double.isNaN(value)) {
      return Cell.none(look);
    }
    return Cell.number(format.of(value) + (Double.isNaN(most) ? "" : "/" + format.of(most)), value);
  }

  private static Cell number(double value, double unit, Look look) {
    return Double.isNaN(value)
        ? Cell.none(look)
        : Cell.number(String.format(Locale.ROOT, "%.0f", value / unit), value);
  }

  private static Cell pcie(double received, double sent, Look look) {
    return Double.isNaN(received) || Double.isNaN(sent)
        ? Cell.none(look)
        : Cell.number(Texts.gib(received) + "/" + Texts.gib(sent), received + sent);
  }

  private static Cell throttled(Readings readings, Look look) {
    if (!readings.tellsThrottling()) {
      return Cell.none(look);
    }
    List<String> reasons = readings.throttled();
    return reasons.isEmpty()
        ? Cell.of("no", Style.DIM)
        : Cell.of(String.join(", ", reasons), Style.WARN);
  }

  /** That nothing can be said of a device comes before what was said of it. */
  static Cell state(Answer answer, JsonNode device) {
    if (!device.path("present").asBoolean(true)) {
      return Cell.of("gone", Style.BAD);
    }
    JsonNode probe = probe(answer, device);
    if (probe.path("state").asText().equals("hung")) {
      return Cell.of("hung " + Texts.duration(answer.secondsSince(probe.path("since"))), Style.BAD);
    }
    double age = Texts.number(probe.path("ageSeconds"));
    double every = Math.max(1, answer.node().path("sampleSeconds").asDouble(1));
    if (age > MISSED * every + 1) {
      return Cell.of("stale " + Texts.duration(age), Style.WARN);
    }
    String health = device.path("health").asText("unknown");
    JsonNode reason = device.path("reasons").path(0);
    String why =
        reason.isMissingNode()
            ? ""
            : " " + (reason.path("code").asText() + " " + reason.path("value").asText()).strip();
    return Cell.of(
        health + why,
        switch (health) {
          case "healthy" -> Style.GOOD;
          case "unhealthy" -> Style.BAD;
          default -> Style.WARN;
        });
  }

  private static JsonNode probe(Answer answer, JsonNode device) {
    for (JsonNode probe : answer.node().path("probes")) {
      if (probe.path("vendor").equals(device.path("vendor"))) {
        return probe;
      }
    }
    return MissingNode.getInstance();
  }
}
