package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.acceld.agent.cli.text.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is wrong now, from the devices; and what was, from the records. */
final class FaultGrid {
  private static final List<Column> COLUMNS =
      List.of(
          Column.whole("DEVICE", 0),
          Column.text("CAUSE", 0, 8),
          Column.whole("STATE", 2),
          Column.number("AGE", 1),
          Column.number("LASTED", 5),
          Column.text("WHAT TO DO", 1, 18),
          Column.text("CLAIM HIT", 3, 16),
          Column.text("ENDS WHEN", 6, 20),
          Column.text("MESSAGE", 7, 24),
          Column.text("PODS", Column.DETAIL, 10),
          Column.whole("BEGAN", Column.DETAIL),
          Column.whole("RECORD", 8));

  private FaultGrid() {}

  static Grid of(Answer answer, Look look) {
    List<Grid.Row> rows = new ArrayList<>();
    JsonNode records = answer.faults().path("faults");
    Set<String> used = new LinkedHashSet<>();
    for (JsonNode device : answer.devices()) {
      for (JsonNode reason : device.path("reasons")) {
        JsonNode record = record(records, device, reason);
        used.add(record.path("id").asText());
        rows.add(active(answer, device, reason, record, look));
      }
    }
    for (JsonNode record : records) {
      if (!used.contains(record.path("id").asText())) {
        rows.add(recorded(answer, record, look));
      }
    }
    String empty =
        answer.faultsNotKnown().isEmpty()
            ? "Nothing is wrong with the devices of this node."
            : "No device of this node has a fault now.";
    return new Grid(COLUMNS, rows, empty);
  }

  private static JsonNode record(JsonNode records, JsonNode device, JsonNode reason) {
    for (JsonNode record : records) {
      JsonNode fault = record.path("fault");
      if (lasts(record)
          && record.path("device").path("name").equals(device.path("name"))
          && fault.path("code").equals(reason.path("code"))
          && fault.path("value").asText().equals(reason.path("value").asText())) {
        return record;
      }
    }
    return MissingNode.getInstance();
  }

  private static boolean lasts(JsonNode record) {
    return record.path("course").path("end").isMissingNode();
  }

  private static Grid.Row active(
      Answer answer, JsonNode device, JsonNode reason, JsonNode record, Look look) {
    String name = device.path("name").asText();
    double since = answer.secondsSince(reason.path("since"));
    List<String> claims = hit(record);
    boolean bad = reason.path("state").asText().equals("unhealthy");
    return new Grid.Row(
        name + " " + cause(reason),
        "",
        List.of(
            Cell.of(answer.shortName(name)),
            Cell.of(cause(reason), bad ? Style.BAD : Style.WARN),
            Cell.of(reason.path("state").asText(), bad ? Style.BAD : Style.WARN),
            Texts.duration(since, look),
            Texts.duration(since, look),
            Texts.text(reason.path("action"), look),
            Texts.joined(claims.isEmpty() ? Texts.list(device.path("claims")) : claims, look),
            Texts.text(reason.path("ends"), look),
            Texts.text(reason.path("message"), look),
            Texts.joined(pods(record), look),
            Cell.of(Quantity.time(reason.path("since").asText())),
            Texts.text(record.path("id"), look)));
  }

  private static Grid.Row recorded(Answer answer, JsonNode record, Look look) {
    JsonNode fault = record.path("fault");
    JsonNode device = record.path("device");
    JsonNode end = record.path("course").path("end");
    double since = answer.secondsSince(fault.path("since"));
    double lasted = lasts(record) ? since : since - answer.secondsSince(end.path("at"));
    return new Grid.Row(
        record.path("id").asText(),
        "",
        List.of(
            Cell.of(device.path("alias").asText(device.path("name").asText())),
            Cell.of(cause(fault), Style.DIM),
            Cell.of(lasts(record) ? "recorded" : "ended", Style.DIM),
            Texts.duration(since, look),
            Texts.duration(lasted, look),
            Texts.text(fault.path("action"), look),
            Texts.joined(hit(record), look),
            lasts(record) ? Texts.text(fault.path("ends"), look) : Cell.of("it ended", Style.DIM),
            Texts.text(fault.path("message"), look),
            Texts.joined(pods(record), look),
            Cell.of(Quantity.time(fault.path("since").asText())),
            Texts.text(record.path("id"), look)));
  }

  private static String cause(JsonNode fault) {
    return (fault.path("code").asText() + " " + fault.path("value").asText()).strip();
  }

  private static List<String> hit(JsonNode record) {
    Set<String> all = new LinkedHashSet<>();
    record
        .path("holders")
        .forEach(h -> all.add(h.path("namespace").asText() + "/" + h.path("claim").asText()));
    return List.copyOf(all);
  }

  private static List<String> pods(JsonNode record) {
    Set<String> all = new LinkedHashSet<>();
    record.path("holders").forEach(h -> all.addAll(Texts.list(h.path("pods"))));
    return List.copyOf(all);
  }
}
