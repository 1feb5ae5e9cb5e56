package dev.acceld.agent.cli.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.text.Chart;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.device.MetricDimension;
import dev.acceld.history.Series;
import dev.acceld.words.Rounded;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Readings around a fault: a line for each, with its values at the fault and a chart. */
final class ReadingCharts {
  private static final int COLUMNS = 29;
  private static final int LABEL = 17;
  private static final int CELL = 10;
  private static final String ROW =
      "%-" + LABEL + "s %" + CELL + "s %" + CELL + "s %" + CELL + "s %s";

  private final JsonNode table;
  private final boolean ascii;
  private final double[] seconds;
  private final Chart chart;

  ReadingCharts(JsonNode table, boolean ascii) {
    this.table = table;
    this.ascii = ascii;
    this.seconds = numbers(table.path("seconds"));
    double from = seconds.length == 0 ? 0 : seconds[0];
    double to = seconds.length == 0 ? 1 : Math.max(0, seconds[seconds.length - 1]);
    this.chart = new Chart(from, to, COLUMNS, ascii);
  }

  private static double[] numbers(JsonNode list) {
    double[] all = new double[list.size()];
    for (int i = 0; i < all.length; i++) {
      JsonNode value = list.get(i);
      all[i] = value.isNumber() ? value.asDouble() : Double.NaN;
    }
    return all;
  }

  void print(PrintWriter out) {
    if (seconds.length == 0) {
      return;
    }
    String before = Rounded.duration(-Math.min(0, seconds[0]));
    double end = seconds[seconds.length - 1];
    out.println(
        "readings from "
            + before
            + " before the fault"
            + (end > 0 ? " to " + Rounded.duration(end) + " after it" : " on")
            + (table.path("complete").asBoolean() ? "" : " (more follows)"));
    char[] mark = new char[COLUMNS];
    Arrays.fill(mark, ' ');
    mark[chart.column(0)] = ascii ? 'v' : '▼';
    print(out, "", "MINIMUM", "AT FAULT", "MAXIMUM", new String(mark));
    for (Series series : Series.values()) {
      JsonNode values = table.path("values").path(series.id());
      if (values.isArray() && values.size() == seconds.length) {
        line(out, series, numbers(values));
      }
    }
    reasons(out);
  }

  private void line(PrintWriter out, Series series, double[] values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double atFault = Double.NaN;
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        least = Math.min(least, values[i]);
        most = Math.max(most, values[i]);
        atFault = seconds[i] <= 0 || Double.isNaN(atFault) ? values[i] : atFault;
      }
    }
    if (least > most || series == Series.CLOCK_REASON || (most == 0 && series.isCounter())) {
      return; // nothing to see
    }
    print(
        out,
        label(series),
        text(series, least),
        text(series, atFault),
        text(series, most),
        chart.line(seconds, values, floor(series, least), most));
  }

  /** What has a natural zero begins there, so that small changes of a high value look small. */
  private static double floor(Series series, double least) {
    return series.isCounter() ? least : Math.min(0, least);
  }

  /** What decided about the clocks within the last half minute before the fault. */
  private void reasons(PrintWriter out) {
    JsonNode values = table.path("values").path(Series.CLOCK_REASON.id());
    long bits = 0;
    for (int i = 0; i < seconds.length && values.size() == seconds.length; i++) {
      if (seconds[i] > -30 && seconds[i] <= 0 && values.get(i).isNumber()) {
        bits |= values.get(i).asLong();
      }
    }
    List<String> names = new ArrayList<>();
    for (int part = 0; part < MetricDimension.REASON.count(); part++) {
      if ((bits & 1L << part) != 0) {
        names.add(MetricDimension.REASON.names().get(part));
      }
    }
    if (!names.isEmpty()) {
      FaultPage.wrapped(
          out, "clock reasons in the last 30 s before the fault: ", String.join(", ", names));
    }
  }

  private String text(Series series, double value) {
    String text = Double.isNaN(value) ? "-" : Quantity.of(series.metric(), value);
    return ascii ? text.replace("°", "") : text;
  }

  private static String label(Series series) {
    return series
        .id()
        .replace('_', ' ')
        .replace("remapped rows correctable", "remapped rows (c)")
        .replace("remapped rows uncorrectable", "remapped rows (u)")
        .replace("memory temperature", "memory temp.")
        .replace("memory utilization", "memory activity")
        .replace("nvlink", "NVLink")
        .replace("pcie", "PCIe")
        .replace("ecc", "ECC")
        .replace("sm clock", "SM clock");
  }

  private static void print(
      PrintWriter out, String label, String least, String atFault, String most, String line) {
    out.println(
        String.format(
                Locale.ROOT,
                ROW,
                label.substring(0, Math.min(label.length(), LABEL)),
                least,
                atFault,
                most,
                line)
            .stripTrailing());
  }
}
