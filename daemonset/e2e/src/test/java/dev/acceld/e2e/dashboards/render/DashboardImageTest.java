package dev.acceld.e2e.dashboards.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.dashboards.Dashboard;
import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Series;
import dev.acceld.e2e.dashboards.View;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardImageTest {
  private static final int RED = 0xfff2495c;
  private static final int GREEN = 0xff73bf69;

  @TempDir Path directory;

  @BeforeAll
  static void fonts() {
    System.setProperty("java.awt.headless", "true");
    try {
      new Canvas(new BufferedImage(9, 9, 1).createGraphics(), new java.awt.Rectangle(9, 9))
          .center("1", 9, Paints.TEXT);
    } catch (InternalError | RuntimeException e) {
      assumeTrue(false, "this machine has no font: " + e.getMessage());
    }
  }

  /** The colors in the image of a dashboard with one panel. */
  private Set<Integer> colors(String type, double... values) throws IOException {
    TreeMap<Long, Double> points = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      points.put(15L * i, values[i]);
    }
    String json =
        """
        {"title": "D", "panels": [
          {"type": "%s", "title": "T", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
           "targets": [{"refId": "A", "legendFormat": "{{device}}"}],
           "fieldConfig": {"overrides": [], "defaults": {
             "unit": "short", "mappings": [], "noValue": "–",
             "thresholds": {"steps": [
               {"color": "green", "value": null}, {"color": "red", "value": 1}]}}}}]}
        """
            .formatted(type);
    Dashboard dashboard = new Dashboard("one", new JsonMapper().readTree(json));
    View view =
        new View(
            dashboard,
            Map.of("node", "n"),
            Instant.EPOCH,
            Instant.ofEpochSecond(15L * (values.length - 1)));
    Map<String, List<Series>> answers =
        values.length == 0
            ? Map.of()
            : Map.of("A", List.of(new Series(Map.of("device", "gpu-0"), points)));
    Path file = directory.resolve("one.png");
    new DashboardImage(view, (Panel panel) -> answers).write(file);
    BufferedImage image = ImageIO.read(Files.newInputStream(file));
    Set<Integer> colors = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        colors.add(image.getRGB(x, y));
      }
    }
    return colors;
  }

  @Test
  void aNumberHasTheColorOfItsThreshold() throws IOException {
    assertThat(colors("stat", 0)).contains(GREEN).doesNotContain(RED);
    assertThat(colors("stat", 1)).contains(RED).doesNotContain(GREEN);
  }

  @Test
  void aTimelineHasTheColorsOfAllValues() throws IOException {
    assertThat(colors("state-timeline", 0, 1, 0)).contains(GREEN, RED);
    assertThat(colors("state-timeline", 0, 0, 0)).contains(GREEN).doesNotContain(RED);
  }

  @Test
  void seriesAreLines() throws IOException {
    assertThat(colors("timeseries", 1, 3, 2)).contains(GREEN);
    assertThat(colors("timeseries", Double.NaN, Double.NaN)).isNotEmpty();
  }

  @Test
  void nothingIsNoError() throws IOException {
    for (String type : List.of("stat", "table", "timeseries", "state-timeline")) {
      assertThat(colors(type)).as(type).doesNotContain(RED, GREEN);
    }
  }

  @Test
  void tablesAreTexts() throws IOException {
    assertThat(colors("table", 4)).contains(Paints.TEXT.getRGB(), Paints.named("blue").getRGB());
  }
}
