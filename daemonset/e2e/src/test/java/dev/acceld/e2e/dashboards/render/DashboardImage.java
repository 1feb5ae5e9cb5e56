package dev.acceld.e2e.dashboards.render;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Series;
import dev.acceld.e2e.dashboards.View;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.imageio.ImageIO;

/** A dashboard as an image: all panels where the dashboard has them, with all rows open. */
public final class DashboardImage {
  private static final int COLUMN = 70;
  private static final int ROW = 38;
  private static final int COLUMNS = 24;
  private static final int TITLE = 44;
  private static final int GAP = 4;
  private static final int STEP = 15;

  private final View view;
  private final Function<Panel, Map<String, List<Series>>> answers;

  /**
   * Of a view.
   *
   * @param answers to the queries of a panel
   */
  public DashboardImage(View view, Function<Panel, Map<String, List<Series>>> answers) {
    this.view = view;
    this.answers = answers;
  }

  /** Draws it into a PNG file. */
  public void write(Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    BufferedImage image =
        new BufferedImage(
            COLUMN * COLUMNS, TITLE + height() * ROW + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    Canvas whole = new Canvas(graphics, new Rectangle(0, 0, image.getWidth(), image.getHeight()));
    whole.fill(Paints.BACKGROUND);
    String title = view.dashboard().title() + "   " + view.variables();
    whole.write(title, 12, 28, image.getWidth(), 18, true, Paints.TEXT);
    int bottom = 0;
    for (JsonNode panel : view.dashboard().json().path("panels")) {
      boolean row = panel.path("type").asText().equals("row");
      if (row) {
        Canvas line = new Canvas(graphics, box(0, bottom, COLUMNS, 1));
        line.write("⌄ " + panel.path("title").asText(), 8, 24, 1000, 15, true, Paints.TEXT);
        int top = panel.at("/gridPos/y").asInt() + 1;
        int shift = bottom + 1 - top;
        for (JsonNode inner : panel.path("panels")) {
          draw(graphics, new Panel(Optional.of(panel.path("title").asText()), inner), shift);
        }
        bottom = shift + bottom(panel.path("panels"));
      } else {
        draw(graphics, new Panel(Optional.empty(), panel), 0);
        bottom = Math.max(bottom, bottom(List.of(panel)));
      }
    }
    graphics.dispose();
    Files.createDirectories(file.toAbsolutePath().getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  private int height() {
    int open = 0;
    int closed = 0;
    for (JsonNode panel : view.dashboard().json().path("panels")) {
      if (panel.path("type").asText().equals("row")) {
        closed += 1 + bottom(panel.path("panels")) - panel.at("/gridPos/y").asInt() - 1;
      } else {
        open = Math.max(open, bottom(List.of(panel)));
      }
    }
    return open + closed;
  }

  private static int bottom(Iterable<JsonNode> panels) {
    int bottom = 0;
    for (JsonNode panel : panels) {
      bottom = Math.max(bottom, panel.at("/gridPos/y").asInt() + panel.at("/gridPos/h").asInt());
    }
    return bottom;
  }

  private static Rectangle box(int x, int y, int width, int height) {
    return new Rectangle(
        x * COLUMN + GAP / 2, TITLE + y * ROW, width * COLUMN - GAP, height * ROW - GAP);
  }

  private void draw(Graphics2D graphics, Panel panel, int shift) {
    JsonNode at = panel.json().path("gridPos");
    Rectangle box =
        box(
            at.path("x").asInt(),
            at.path("y").asInt() + shift,
            at.path("w").asInt(),
            at.path("h").asInt());
    Canvas canvas = new Canvas(graphics, box);
    canvas.fill(Paints.PANEL);
    canvas.frame(Paints.BORDER);
    canvas.write(panel.title(), 8, 18, box.width - 16, 13, true, Paints.TEXT);
    Canvas content = canvas.below(22).inset(6);
    Map<String, List<Series>> data = answers.apply(panel);
    long from = view.from().getEpochSecond();
    long to = view.to().getEpochSecond();
    switch (panel.type()) {
      case "stat" -> StatPart.draw(content, panel, data);
      case "table" -> TablePart.draw(content, panel, data);
      case "timeseries" -> TimeSeriesPart.draw(content, panel, data, from, to, STEP);
      case "state-timeline" -> TimelinePart.draw(content, panel, data, from, to, STEP);
      default -> content.center("type " + panel.type() + "?", 14, Paints.WRONG);
    }
  }
}
