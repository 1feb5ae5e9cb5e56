package dev.acceld.agent.status.page;

import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.html.Line;
import dev.acceld.agent.status.model.DeviceStatus;
import dev.acceld.history.History;
import dev.acceld.history.RecentReadings;
import dev.acceld.history.Series;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Readings of the last ten minutes as lines. */
final class Charts {
  private static final double SPAN = RecentReadings.SPAN.toSeconds();
  private static final double HOT = 110;
  private static final int SMALL = 60;
  private static final int LARGE = 300;

  private Charts() {}

  /** What is drawn. */
  enum Kind {
    UTILIZATION("utilization"),
    MEMORY("memory in use"),
    POWER("power"),
    TEMPERATURE("temperature");

    final String label;

    Kind(String label) {
      this.label = label;
    }

    private String text(double value) {
      if (Double.isNaN(value)) {
        return Figures.NONE;
      }
      return switch (this) {
        case UTILIZATION -> Figures.percent(value);
        case MEMORY -> Figures.gib(value);
        case POWER -> Figures.watts(value);
        case TEMPERATURE -> Figures.celsius(value);
      };
    }

    private double value(History history, int sample) {
      return switch (this) {
        case UTILIZATION -> {
          double whole = history.value(Series.UTILIZATION, sample);
          // Partitions, and a GPU while it is partitioned, have only the second.
          yield Double.isNaN(whole) ? history.value(Series.GRAPHICS_ACTIVE, sample) : whole;
        }
        case MEMORY -> history.value(Series.MEMORY_USED, sample);
        case POWER -> history.value(Series.POWER, sample);
        case TEMPERATURE -> history.value(Series.TEMPERATURE, sample);
      };
    }

    private double top(DeviceStatus device, double most) {
      return switch (this) {
        case UTILIZATION -> 1;
        case MEMORY -> or(device.memoryTotalBytes(), most);
        case POWER -> or(device.powerLimitWatts(), most);
        case TEMPERATURE -> Math.max(HOT, most);
      };
    }

    private static double or(@Nullable Number known, double most) {
      return known == null ? most : Math.max(known.doubleValue(), most);
    }
  }

  private static Line line(History history, Kind kind, int stretches) {
    Line line =
        new Line(
            history.now() - SPAN, history.now(), Line.stretches(stretches, SPAN, history.step()));
    for (int i = 0; i < history.size(); i++) {
      line.add(history.at(i), kind.value(history, i));
    }
    return line;
  }

  /** A small one for a table; nothing when nothing was measured. */
  static void small(Html html, DeviceStatus device, Optional<History> history, Kind kind) {
    if (history.isEmpty()) {
      return;
    }
    Line line = line(history.get(), kind, SMALL);
    if (!Double.isNaN(line.most())) {
      svg(html, device, kind, line, "spark");
    }
  }

  /** A large one with a caption. */
  static void large(Html html, DeviceStatus device, Optional<History> history, Kind kind) {
    Line line = history.map(h -> line(h, kind, LARGE)).orElseGet(() -> new Line(0, 1, 1));
    if (Double.isNaN(line.most())) {
      return;
    }
    html.open("figure").open("figcaption");
    html.text("b", kind.label).text(" " + kind.text(line.now()));
    html.open("small").text(" lowest " + kind.text(line.least()));
    html.text(", highest " + kind.text(line.most()));
    html.text("; the chart ends at " + kind.text(kind.top(device, line.most())));
    html.close().close();
    svg(html, device, kind, line, "chart");
    html.close().line();
  }

  private static void svg(Html html, DeviceStatus device, Kind kind, Line line, String style) {
    String label =
        device.shortName()
            + " "
            + kind.label
            + ", last 10 minutes: now "
            + kind.text(line.now())
            + ", "
            + kind.text(line.least())
            + " to "
            + kind.text(line.most());
    html.open(
        "svg",
        "class",
        style,
        "role",
        "img",
        "aria-label",
        label,
        "viewBox",
        "0 -4 " + line.stretches() + " 108",
        "preserveAspectRatio",
        "none");
    html.open("path", "d", line.path(0, kind.top(device, line.most()))).close();
    html.close();
  }
}
