package dev.acceld.e2e.dashboards.render;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Panel.Target;
import dev.acceld.e2e.dashboards.Series;
import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.DateAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.AbstractXYItemRenderer;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYBarDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Lines over time, and below them each series' name with its last and its greatest value. */
final class TimeSeriesPart {
  private static final long MILLIS = 1000;
  private static final int LEGEND_LINE = 15;
  private static final int NUMBERS = 190;
  private static final Shape DOT = new Ellipse2D.Double(-2, -2, 5, 5);
  private static final double MOST_OF_LEGEND = 0.45;

  private TimeSeriesPart() {}

  private record Line(String name, Series series) {}

  static void draw(
      Canvas canvas, Panel panel, Map<String, List<Series>> answers, long from, long to, int step) {
    FieldStyle style = new FieldStyle(panel, "");
    List<Line> lines = new ArrayList<>();
    for (Target target : panel.targets()) {
      for (Series series : answers.getOrDefault(target.refId(), List.of())) {
        lines.add(new Line(Legend.name(series, target.legend()), series));
      }
    }
    if (lines.isEmpty()) {
      canvas.center(style.noValue(), 14, Paints.FAINT);
      return;
    }
    Rectangle area = canvas.area();
    int most = (int) (area.height * MOST_OF_LEGEND);
    int legend = Math.min(most, LEGEND_LINE * (lines.size() + 1));
    chart(panel, style, lines, from, to, step)
        .draw(canvas.graphics(), new Rectangle(area.x, area.y, area.width, area.height - legend));
    legend(canvas.below(area.height - legend), style, lines);
  }

  private static JFreeChart chart(
      Panel panel, FieldStyle style, List<Line> lines, long from, long to, int step) {
    JsonNode custom = panel.json().at("/fieldConfig/defaults/custom");
    boolean stacked = custom.at("/stacking/mode").asText().equals("normal");
    String drawn = custom.path("drawStyle").asText();
    XYSeriesCollection data = new XYSeriesCollection();
    AbstractXYItemRenderer renderer =
        drawn.equals("bars")
            ? bars()
            : new XYLineAndShapeRenderer(!drawn.equals("points"), drawn.equals("points"));
    Map<Long, Double> below = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      XYSeries series = new XYSeries(i);
      for (long at = from; at <= to; at += step) {
        Double value = lines.get(i).series().values().get(at);
        double shown = value == null ? Double.NaN : value;
        if (stacked && value != null) {
          shown = below.merge(at, value, Double::sum);
        }
        series.add((double) at * MILLIS, shown);
      }
      data.addSeries(series);
      renderer.setSeriesPaint(i, Paints.line(i));
      renderer.setSeriesStroke(i, new BasicStroke(1.4f));
      renderer.setSeriesShape(i, DOT);
    }
    DateAxis time = new DateAxis();
    SimpleDateFormat format = new SimpleDateFormat("HH:mm", Locale.ROOT);
    format.setTimeZone(TimeZone.getTimeZone("UTC"));
    time.setDateFormatOverride(format);
    time.setTimeZone(TimeZone.getTimeZone("UTC"));
    time.setRange((double) from * MILLIS, (double) to * MILLIS);
    NumberAxis values = new NumberAxis();
    values.setNumberFormatOverride(new UnitFormat(style));
    values.setAutoRangeIncludesZero(false);
    XYPlot plot = new XYPlot(new XYBarDataset(data, step * MILLIS), time, values, renderer);
    style.property("min").ifPresent(least -> values.setLowerBound(least.asDouble()));
    style.property("max").ifPresent(greatest -> values.setUpperBound(greatest.asDouble()));
    if (values.getLowerBound() >= values.getUpperBound()) {
      values.setUpperBound(values.getLowerBound() + 1);
    }
    for (ValueAxis axis : List.of(time, values)) {
      axis.setTickLabelPaint(Paints.FAINT);
      axis.setTickLabelFont(new Font(Font.SANS_SERIF, Font.PLAIN, Canvas.SMALL));
      axis.setAxisLineVisible(false);
      axis.setTickMarksVisible(false);
    }
    plot.setBackgroundPaint(Paints.PANEL);
    plot.setOutlineVisible(false);
    plot.setRangeGridlinePaint(Paints.BORDER);
    plot.setDomainGridlinePaint(Paints.BORDER);
    JFreeChart chart = new JFreeChart(null, null, plot, false);
    chart.setBackgroundPaint(Paints.PANEL);
    return chart;
  }

  private static XYBarRenderer bars() {
    XYBarRenderer bars = new XYBarRenderer();
    bars.setBarPainter(new StandardXYBarPainter());
    bars.setShadowVisible(false);
    return bars;
  }

  private static void legend(Canvas canvas, FieldStyle style, List<Line> lines) {
    int names = canvas.area().width - NUMBERS;
    canvas.write("Last", names, 11, NUMBERS / 2, Canvas.SMALL, false, Paints.named("blue"));
    canvas.write(
        "Max", names + NUMBERS / 2, 11, NUMBERS / 2, Canvas.SMALL, false, Paints.named("blue"));
    int fitting = canvas.area().height / LEGEND_LINE - 1;
    for (int i = 0; i < lines.size() && i < fitting; i++) {
      Series series = lines.get(i).series();
      int baseline = LEGEND_LINE * (i + 1) + 11;
      String last = style.text(series.last());
      String max = style.text(series.max());
      if (i == fitting - 1 && lines.size() > fitting) {
        canvas.write(
            "… " + (lines.size() - i) + " more series",
            14,
            baseline,
            names,
            Canvas.SMALL,
            false,
            Paints.FAINT);
        return;
      }
      canvas.write("━", 0, baseline, 14, Canvas.SMALL, true, Paints.line(i));
      canvas.write(lines.get(i).name(), 14, baseline, names - 18, Canvas.SMALL, false, Paints.TEXT);
      canvas.write(last, names, baseline, NUMBERS / 2 - 4, Canvas.SMALL, false, Paints.TEXT);
      canvas.write(
          max, names + NUMBERS / 2, baseline, NUMBERS / 2 - 4, Canvas.SMALL, false, Paints.TEXT);
    }
  }

  /** The axis' numbers with their unit. */
  private static final class UnitFormat extends NumberFormat {
    private static final long serialVersionUID = 1;
    private final transient FieldStyle style;

    UnitFormat(FieldStyle style) {
      this.style = style;
    }

    @Override
    public StringBuffer format(double number, StringBuffer text, FieldPosition position) {
      return text.append(style.text(number));
    }

    @Override
    public StringBuffer format(long number, StringBuffer text, FieldPosition position) {
      return format((double) number, text, position);
    }

    @Override
    public Number parse(String source, ParsePosition position) {
      throw new UnsupportedOperationException();
    }
  }
}
