package dev.acceld.agent.status.page;

import dev.acceld.agent.http.Endpoint;
import dev.acceld.agent.http.Reply;
import dev.acceld.agent.status.html.Figures;
import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.html.Line;
import dev.acceld.agent.status.model.FaultFile;
import dev.acceld.agent.status.model.FaultFile.UnreadableException;
import dev.acceld.agent.status.model.FaultStatus;
import dev.acceld.agent.status.model.HistoryStatus;
import dev.acceld.recorder.FlightRecord.Holding;
import dev.acceld.recorder.FlightRecord.Step;
import dev.acceld.words.Rounded;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /faults/ID}: one recorded fault with the readings around it. */
final class FaultPage implements Endpoint {
  private static final String PATH = "/faults/";
  private static final String SELF = "faults/x";
  private static final int CHARACTERS = 48 << 10;
  private static final int STRETCHES = 300;

  private final FaultFile faults;
  private final Layout layout;

  FaultPage(FaultFile faults, Layout layout) {
    this.faults = faults;
    this.layout = layout;
  }

  @Override
  public Weight weight() {
    return Weight.LARGE;
  }

  @Override
  public Reply get(Request request) {
    String id = request.path().substring(PATH.length());
    try {
      Optional<FaultStatus> found = faults.find(id);
      return found.isEmpty()
          ? Pages.missing(
              layout,
              SELF,
              "There is no recorded fault '" + id + "' on this node.",
              "Old records are removed when there are too many.")
          : layout.page(200, SELF, id, CHARACTERS, (html, root) -> write(html, root, found.get()));
    } catch (UnreadableException e) {
      String why = String.valueOf(e.getMessage());
      return layout.page(
          503,
          SELF,
          "Not readable",
          CHARACTERS,
          (html, root) -> {
            html.text("h1", "The fault cannot be shown");
            html.text("p", "The record of '" + id + "' cannot be read: " + why + ".");
            html.open("p").text("a", "Back to the overview", "href", root).close();
          });
    }
  }

  private static void write(Html html, String root, FaultStatus f) {
    html.open("h1").text("Fault ").text("bdi", f.id()).close();
    html.open("dl", "class", "facts");
    html.text("dt", "Device").open("dd");
    String alias = f.alias();
    Links.device(html, root, f.device(), alias == null ? f.device() : alias);
    html.text(" ").text("small", f.model()).close();
    fact(html, "What is wrong", f.message());
    fact(html, "Action", f.action());
    fact(html, "Taint", f.effect().equals("NoTaint") ? "none" : f.code() + ":" + f.effect());
    fact(html, "Since", Figures.time(f.since()));
    fact(html, "Detected", Figures.time(f.detectedAt()));
    html.text("dt", "State").open("dd");
    Lists.ended(html, f);
    html.close();
    fact(html, "Ends when", f.endedAt() == null ? f.ends() : null);
    fact(html, "Evidence of the end", f.evidence());
    if (f.occurrences() > 1) {
      fact(html, "Occurred", f.occurrences() + " times, last " + Figures.time(f.lastSeen()));
    }
    List<String> others = f.affected().stream().filter(n -> !n.equals(f.device())).toList();
    if (!others.isEmpty()) {
      html.text("dt", "Also affected").open("dd");
      others.forEach(n -> {
        Links.device(html, root, n, n);
        html.text(" ");
      });
      html.close();
    }
    html.text("dt", "Claims").open("dd");
    holders(html, f.holders());
    html.close().close().line();
    steps(html, f.steps());
    HistoryStatus readings = f.readings();
    if (readings != null) {
      Layout.section(html, "history", "Readings before and after", h -> readings(h, readings));
    }
    html.open("p", "class", "muted");
    html.text("Processes and lines of the kernel log are in the record on the node: ");
    html.text("code", "acceld faults show " + f.id()).close();
  }

  private static void fact(Html html, String label, @Nullable String value) {
    if (value != null) {
      html.text("dt", label).text("dd", value);
    }
  }

  private static void holders(Html html, List<Holding> holders) {
    if (holders.isEmpty()) {
      html.text("None held the device.");
    }
    for (Holding h : holders) {
      html.open("p").text("bdi", h.namespace() + "/" + h.claim());
      if (!h.pods().isEmpty()) {
        html.text(", pods ").text("bdi", String.join(", ", h.pods()));
      }
      html.close();
    }
  }

  private static void steps(Html html, @Nullable List<Step> steps) {
    if (steps == null || steps.isEmpty()) {
      return;
    }
    Layout.section(
        html,
        "steps",
        "What was done",
        h -> {
          h.open("ol", "class", "steps");
          for (Step step : steps) {
            h.open("li").text("time", Figures.time(step.at()), "datetime", step.at());
            h.text(" " + step.what()).close();
          }
          h.close();
        });
  }

  private static void readings(Html html, HistoryStatus readings) {
    List<Double> seconds = readings.seconds();
    if (seconds.isEmpty()) {
      return;
    }
    html.open("div", "class", "charts");
    readings.values().forEach((name, values) -> chart(html, name, readings, values));
    html.close();
  }

  private static void chart(
      Html html, String name, HistoryStatus readings, List<@Nullable Double> values) {
    List<Double> seconds = readings.seconds();
    double from = seconds.getFirst();
    double to = Math.max(seconds.getLast(), 1);
    int stretches = Line.stretches(STRETCHES, to - from, readings.stepSeconds());
    Line line = new Line(from, to, stretches);
    double atFault = Double.NaN;
    for (int i = 0; i < Math.min(seconds.size(), values.size()); i++) {
      Double value = values.get(i);
      line.add(seconds.get(i), value == null ? Double.NaN : value);
      if (value != null && seconds.get(i) <= 0) {
        atFault = value;
      }
    }
    boolean flat = name.endsWith("_total") && line.least() == line.most();
    if (Double.isNaN(line.most()) || flat || name.equals("clock_reason")) {
      return; // nothing to see
    }
    double bottom = name.endsWith("_total") ? line.least() : Math.min(0, line.least());
    String words =
        "lowest "
            + figure(name, line.least())
            + ", highest "
            + figure(name, line.most())
            + at(name, atFault);
    html.open("figure").open("figcaption").text("b", name).text(": " + words).close();
    html.open(
        "svg",
        "class",
        "chart",
        "role",
        "img",
        "aria-label",
        name + ": " + words,
        "viewBox",
        "0 -4 " + stretches + " 108",
        "preserveAspectRatio",
        "none");
    String x = Figures.svg(line.x(0));
    html.open("line", "class", "mark", "x1", x, "x2", x, "y1", "-4", "y2", "104").close();
    html.open("path", "d", line.path(bottom, line.most())).close();
    html.close().close().line();
  }

  private static String at(String name, double atFault) {
    return Double.isNaN(atFault) ? "" : ", at the fault " + figure(name, atFault);
  }

  private static String figure(String name, double value) {
    return name.endsWith("_bytes")
        ? Figures.gib(value)
        : name.endsWith("_ratio") ? Figures.percent(value) : Rounded.decimal(value, 1);
  }
}
