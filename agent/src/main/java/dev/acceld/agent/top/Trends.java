package dev.acceld.agent.top;

import dev.acceld.device.Metric;
import dev.acceld.history.History;
import dev.acceld.history.RecentReadings;
import dev.acceld.history.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The last ten minutes of a device in few numbers: the mean of each stretch of time. */
final class Trends {
  private Trends() {}

  /**
   * By the series' id, the oldest stretch first; null for a stretch without a value. The stretches
   * begin at the same times however often this is asked, so that a value keeps its column until it
   * moves to the next.
   *
   * @param columns how many stretches the ten minutes are cut into
   */
  static Map<String, List<@Nullable Double>> of(History history, Set<Series> wanted, int columns) {
    double width = RecentReadings.SPAN.toSeconds() / (double) columns;
    double from = (Math.floor(history.now() / width) + 1 - columns) * width;
    Map<String, List<@Nullable Double>> trends = new LinkedHashMap<>();
    for (Series series : wanted) {
      double[] sums = new double[columns];
      int[] counts = new int[columns];
      for (int i = 0; i < history.size(); i++) {
        int column = (int) Math.floor((history.at(i) - from) / width);
        double value = history.value(series, i);
        if (column >= 0 && column < columns && !Double.isNaN(value)) {
          sums[column] += value;
          counts[column]++;
        }
      }
      if (Arrays.stream(counts).anyMatch(count -> count > 0)) {
        List<@Nullable Double> values = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
          values.add(counts[i] == 0 ? null : rounded(series, sums[i] / counts[i]));
        }
        trends.put(series.id(), values);
      }
    }
    return trends;
  }

  /** A chart shows no more. */
  private static double rounded(Series series, double value) {
    return series.metric().unit() == Metric.Unit.RATIO
        ? Math.round(value * 1000) / 1000.0
        : Math.rint(value);
  }
}
