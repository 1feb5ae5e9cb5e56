package dev.acceld.agent.status.page;

import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.PrepareStatus;
import dev.acceld.agent.status.model.PrepareStatus.Step;
import java.util.List;
import java.util.stream.Collectors;

/** The last prepares: how long each took, and for what. */
final class PrepareWaterfall {
  private static final int WIDTH = 600;
  private static final int ROW = 12;

  private PrepareWaterfall() {}

  static void write(Html html, String root, List<PrepareStatus> prepares) {
    if (prepares.isEmpty()) {
      html.text("p", "No claim was prepared since the agent started.", "class", "muted");
      return;
    }
    double longest = prepares.stream().mapToDouble(PrepareStatus::durationSeconds).max().orElse(1);
    Layout.table(
        html,
        "The last prepares of claims, the latest first",
        List.of("Claim", "Began", "Result", "Duration", "Steps"),
        rows -> prepares.forEach(p -> row(rows, root, p, longest)));
  }

  private static void row(Html html, String root, PrepareStatus p, double longest) {
    html.open("tr").open("th", "scope", "row");
    Links.claim(html, root, p.namespace(), p.name(), p.uid());
    html.close().open("td");
    html.text("time", Figures.time(p.beganAt()), "datetime", p.beganAt()).close().open("td");
    html.text("span", p.ok() ? "prepared" : "failed", "class", p.ok() ? "ok" : "state unhealthy");
    html.close();
    html.text("td", Figures.milliseconds(p.durationSeconds()), "class", "value");
    html.open("td", "class", "waterfall");
    String words =
        p.steps().stream().map(PrepareWaterfall::words).collect(Collectors.joining(", "));
    bars(html, p, longest, words);
    html.text("small", words).close().close().line();
  }

  private static String words(Step step) {
    return step.phase()
        + " "
        + Figures.milliseconds(step.durationSeconds())
        + (step.ok() ? "" : " (failed)");
  }

  private static void bars(Html html, PrepareStatus p, double longest, String words) {
    int deepest = p.steps().stream().mapToInt(Step::depth).max().orElse(0);
    html.open(
        "svg",
        "role",
        "img",
        "aria-label",
        "Steps: " + words,
        "viewBox",
        "0 0 " + WIDTH + " " + ROW * (deepest + 1),
        "preserveAspectRatio",
        "none");
    double scale = WIDTH / Math.max(longest, 1e-6);
    bar(html, "whole", 0, p.durationSeconds() * scale, 0, ROW * (deepest + 1), "total");
    for (Step s : p.steps()) {
      bar(
          html,
          "step " + s.phase() + (s.ok() ? "" : " failed"),
          s.offsetSeconds() * scale,
          s.durationSeconds() * scale,
          s.depth() * ROW,
          ROW,
          words(s));
    }
    html.close();
  }

  private static void bar(
      Html html, String style, double x, double width, int y, int height, String title) {
    html.open(
        "rect",
        "class",
        style,
        "x",
        Figures.svg(x),
        "y",
        "" + y,
        "width",
        Figures.svg(Math.max(1, width)),
        "height",
        "" + height);
    html.text("title", title).close();
  }
}
