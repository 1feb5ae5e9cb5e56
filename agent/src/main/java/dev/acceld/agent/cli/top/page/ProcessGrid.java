package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The processes on the devices; what has a device without a claim is marked. */
final class ProcessGrid {
  private static final int COMMAND = 1;
  private static final int DEVICE = 2;
  private static final int MEMORY = 3;

  private static final List<Column> COLUMNS =
      List.of(
          Column.number("PID", 0),
          Column.text("COMMAND", 3, 8),
          Column.whole("DEVICE", 1),
          Column.number("MEM GiB", 1),
          Column.number("SM%", 1),
          Column.whole("BY", 2),
          Column.text("POD", 4, 18),
          Column.text("CONTAINER", 5, 9),
          Column.number("MEM%", 7),
          Column.number("ENC%", 8),
          Column.number("DEC%", 8),
          Column.whole("TYPE", 9),
          Column.text("CLAIM", 6, 18),
          Column.whole("OWNER", Column.DETAIL));

  private ProcessGrid() {}

  static Grid of(Answer answer, Look look) {
    List<Grid.Row> rows = new ArrayList<>();
    int known = 0;
    for (JsonNode device : answer.devices()) {
      known += device.has("processes") ? 1 : 0;
      String name = device.path("name").asText();
      for (JsonNode process : device.path("processes")) {
        rows.add(
            new Grid.Row(
                process.path("pid").asText() + " " + name,
                "",
                cells(process, answer.shortName(name), look)));
      }
      int others = device.path("otherProcesses").asInt();
      if (others > 0) {
        rows.add(new Grid.Row("more " + name, "", more(others, answer.shortName(name), look)));
      }
    }
    rows.sort(
        Comparator.comparingDouble(row -> {
          double bytes = row.cells().get(MEMORY).number();
          return Double.isNaN(bytes) ? 0 : -bytes;
        }));
    String empty =
        known == 0 && !answer.devices().isEmpty()
            ? "The drivers do not tell which processes use the devices."
            : "No process uses a device.";
    return new Grid(COLUMNS, rows, empty);
  }

  private static List<Cell> cells(JsonNode process, String device, Look look) {
    return List.of(
        Cell.number(process.path("pid").asText(), process.path("pid").asDouble()),
        Texts.text(process.path("command"), look),
        Cell.of(device),
        Texts.gib(Texts.number(process.path("memoryBytes")), look),
        Texts.percent(Texts.number(process.path("utilization")), look),
        by(process.path("owner").asText()),
        process.path("pod").isMissingNode()
            ? Texts.text(process.path("podUid"), look)
            : Texts.text(process.path("pod"), look),
        Texts.text(process.path("container"), look),
        Texts.percent(Texts.number(process.path("memoryUtilization")), look),
        Texts.percent(Texts.number(process.path("encoderUtilization")), look),
        Texts.percent(Texts.number(process.path("decoderUtilization")), look),
        Texts.text(process.path("activity"), look),
        Texts.text(process.path("claim"), look),
        Texts.text(process.path("owner"), look));
  }

  /** So many that have less memory than those that are listed. */
  private static List<Cell> more(int others, String device, Look look) {
    List<Cell> cells = new ArrayList<>(Collections.nCopies(COLUMNS.size(), Cell.none(look)));
    cells.set(COMMAND, Cell.of("+" + others + " more", Style.DIM));
    cells.set(DEVICE, Cell.of(device, Style.DIM));
    return cells;
  }

  /** By which right it has the device. */
  private static Cell by(String owner) {
    return switch (owner) {
      case "claim" -> Cell.of("claim");
      case "pod", "host" -> Cell.of("NO CLAIM", Style.WARN);
      default -> Cell.of("unknown", Style.DIM);
    };
  }
}
