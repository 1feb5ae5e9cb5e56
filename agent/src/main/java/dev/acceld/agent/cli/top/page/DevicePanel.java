package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.top.page.Line.Span;
import dev.acceld.device.Metric;
import java.util.ArrayList;
import java.util.List;

/** One device with the charts of its last ten minutes. */
final class DevicePanel {
  private static final int LABEL = 12;
  private static final int VALUE = 20;

  private final Readings readings;
  private final Look look;
  private final int width;

  private DevicePanel(Readings readings, Look look, int width) {
    this.readings = readings;
    this.look = look;
    this.width = width;
  }

  static List<Line> of(Answer answer, JsonNode device, int width, Look look) {
    return new DevicePanel(new Readings(answer.node(), device), look, width).lines(answer, device);
  }

  private List<Line> lines(Answer answer, JsonNode device) {
    String name = device.path("name").asText();
    String alias = device.path("alias").asText();
    List<Line> lines = new ArrayList<>();
    lines.add(
        heading(
            (alias.isEmpty() ? name : alias + " (" + name + ")")
                + ", "
                + device.path("model").asText()));
    double total = readings.memoryTotal();
    double limit = readings.get("power_limit");
    chart("utilization", percent(readings.utilization()), readings.utilizationTrend(), 1, lines);
    chart(
        "memory",
        of(Metric.MEMORY_USED, readings.get("memory_used"), total),
        readings.trend("memory_used"),
        total,
        lines);
    chart(
        "power",
        of(Metric.POWER, readings.get("power"), limit),
        readings.trend("power"),
        limit,
        lines);
    chart(
        "temperature",
        text(Metric.TEMPERATURE, readings.get("temperature")),
        readings.trend("temperature"),
        100,
        lines);
    chart(
        "SM clock",
        text(Metric.SM_CLOCK, readings.get("sm_clock")),
        readings.trend("sm_clock"),
        0,
        lines);
    line("throttled by", throttled(), lines);
    line(
        "PCIe",
        "receives "
            + text(Metric.PCIE_RECEIVED_RATE, readings.get("pcie_received_rate"))
            + ", sends "
            + text(Metric.PCIE_SENT_RATE, readings.get("pcie_sent_rate")),
        lines);
    if (!Double.isNaN(readings.get("nvlink_received_rate"))) {
      line(
          "NVLink",
          "receives "
              + text(Metric.NVLINK_RECEIVED_RATE, readings.get("nvlink_received_rate"))
              + ", sends "
              + text(Metric.NVLINK_SENT_RATE, readings.get("nvlink_sent_rate")),
          lines);
    }
    Cell state = DeviceGrid.state(answer, device);
    lines.add(new Line(List.of(label("state"), new Span(state.text(), state.style()))));
    line("claims", orNone(String.join(", ", Texts.list(device.path("claims")))), lines);
    return lines;
  }

  private Line heading(String text) {
    String start = look.rule().repeat(2) + " " + text + " ";
    int left = Math.max(0, width - Fit.width(start, look));
    return Line.of(start + look.rule().repeat(left), Style.TITLE).fit(width, look);
  }

  private void chart(
      String label, String value, List<Double> trend, double most, List<Line> lines) {
    int columns = Math.min(60, width - LABEL - VALUE - 2);
    List<Span> spans = new ArrayList<>();
    spans.add(label(label));
    spans.add(new Span(Fit.exactly(value, VALUE, look) + " ", Style.PLAIN));
    if (columns > 0 && !trend.isEmpty()) {
      spans.add(
          new Span(
              TableLines.chart(trend, Double.isNaN(most) ? 0 : most, columns, look), Style.CHART));
    }
    lines.add(new Line(spans));
  }

  private void line(String label, String text, List<Line> lines) {
    lines.add(new Line(List.of(label(label), new Span(text, Style.PLAIN))));
  }

  private Span label(String text) {
    return new Span(Fit.exactly(text, LABEL, look) + " ", Style.DIM);
  }

  private String throttled() {
    return readings.tellsThrottling()
        ? readings.throttled().isEmpty() ? "nothing" : String.join(", ", readings.throttled())
        : look.none();
  }

  private String orNone(String text) {
    return text.isEmpty() ? look.none() : text;
  }

  private String percent(double ratio) {
    return Texts.percent(ratio, look).text();
  }

  private String of(Metric metric, double value, double most) {
    if (Double.isNaN(value) || Double.isNaN(most)) {
      return text(metric, value);
    }
    String whole = text(metric, most);
    String part = text(metric, value);
    String unit = whole.substring(whole.lastIndexOf(' '));
    return (part.endsWith(unit) ? part.substring(0, part.length() - unit.length()) : part)
        + " of "
        + whole;
  }

  private String text(Metric metric, double value) {
    if (Double.isNaN(value)) {
      return look.none();
    }
    String text = Quantity.of(metric, value);
    return look.ascii() ? text.replace("°", "") : text;
  }
}
