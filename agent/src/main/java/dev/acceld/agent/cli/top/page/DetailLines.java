package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.DeviceDetails;
import dev.acceld.agent.cli.top.page.Line.Span;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Everything about one row. */
final class DetailLines {
  private static final int LABEL = 14;

  private DetailLines() {}

  static List<Line> of(Answer answer, Grid grid, Choice choice, int width, Look look) {
    Optional<Grid.Row> row = grid.find(choice.key());
    if (row.isEmpty()) {
      return List.of(
          Line.of(
              "'" + choice.key() + "' is no longer among the " + choice.view().word() + ".",
              Style.WARN),
          Line.of("It is shown again if it comes back. Esc closes this.", Style.DIM));
    }
    if (choice.view() == View.DEVICES) {
      for (JsonNode device : answer.devices()) {
        if (device.path("name").asText().equals(choice.key())) {
          List<Line> lines = new ArrayList<>();
          if (choice.paused()) {
            lines.add(
                Line.of(
                    "Paused: only the device selected then has all readings; p continues.",
                    Style.WARN));
          }
          lines.addAll(device(answer, device, width, look));
          return lines;
        }
      }
    }
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < grid.columns().size(); i++) {
      Cell cell = row.get().cells().get(i);
      String label = grid.columns().get(i).title().toLowerCase(Locale.ROOT);
      String text =
          cell.isChart() ? TableLines.chart(cell.trend(), cell.most(), 60, look) : cell.text();
      wrapped(label, text, cell.style(), width, look, lines);
    }
    return lines;
  }

  private static List<Line> device(Answer answer, JsonNode device, int width, Look look) {
    List<Line> lines = new ArrayList<>(DevicePanel.of(answer, device, width, look));
    lines.add(Line.EMPTY);
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    DeviceDetails.print(device, out);
    out.flush();
    text.toString()
        .lines()
        .forEach(line ->
            lines.add(
                Line.of(
                    line, line.startsWith(" ") || line.contains("  ") ? Style.PLAIN : Style.HEAD)));
    return lines;
  }

  private static void wrapped(
      String label, String text, Style style, int width, Look look, List<Line> lines) {
    int room = Math.max(8, width - LABEL - 1);
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!part.isEmpty() && Fit.width(part + " " + word, look) > room) {
        parts.add(part.toString());
        part.setLength(0);
      }
      part.append(part.isEmpty() ? "" : " ").append(word);
    }
    parts.add(part.toString());
    boolean chart = style == Style.CHART;
    for (int i = 0; i < parts.size(); i++) {
      lines.add(
          new Line(
              List.of(
                  new Span(Fit.exactly(i == 0 ? label : "", LABEL, look) + " ", Style.DIM),
                  new Span(chart ? text : parts.get(i), style))));
      if (chart) {
        return; // its blanks are values
      }
    }
  }
}
