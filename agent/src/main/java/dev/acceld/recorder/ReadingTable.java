package dev.acceld.recorder;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.device.Metric;
import dev.acceld.history.History;
import dev.acceld.history.Series;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Readings of one device around a fault. A gap in them is a row without values.
 *
 * @param stepSeconds the shortest time between two rows
 * @param complete whether the time after the fault is in it
 * @param seconds when each row was measured, in seconds after the fault was detected; below zero
 *     before it
 * @param values by series, in base units; null where nothing was measured
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ReadingTable(
    double stepSeconds,
    boolean complete,
    List<Double> seconds,
    Map<String, List<@Nullable Double>> values) {
  /** More than so many steps between two samples are a gap. */
  private static final double GAP = 2.5;

  /** Of a copy of the latest samples; the times are in seconds before it was made, below zero. */
  public static ReadingTable of(History history) {
    return of(history, null, history.now());
  }

  /**
   * Of one copy of the samples, or of two.
   *
   * @param before as they were when the fault was detected
   * @param after as they were later: what is newer than the first copy is added
   * @param mark when the fault was detected, on the clock of the samples
   */
  static ReadingTable of(History before, @Nullable History after, double mark) {
    List<Row> rows = new ArrayList<>();
    double newest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < before.size(); i++) {
      rows.add(new Row(before, i));
      newest = before.at(i);
    }
    double step = before.step();
    if (after != null) {
      step = Math.max(step, after.step());
      for (int i = 0; i < after.size(); i++) {
        if (after.at(i) > newest) {
          rows.add(new Row(after, i));
        }
      }
    }
    List<Double> seconds = new ArrayList<>();
    List<@Nullable Row> lines = new ArrayList<>();
    double last = Double.NaN;
    for (Row row : rows) {
      double at = row.of.at(row.sample);
      if (at - last > GAP * step) {
        seconds.add(rounded(last + step - mark, 1));
        lines.add(null);
      }
      seconds.add(rounded(at - mark, 1));
      lines.add(row);
      last = at;
    }
    Map<String, List<@Nullable Double>> values = new LinkedHashMap<>();
    for (Series series : Series.values()) {
      if (before.series().contains(series) || (after != null && after.series().contains(series))) {
        List<@Nullable Double> column = new ArrayList<>(lines.size());
        lines.forEach(row -> column.add(row == null ? null : row.value(series)));
        values.put(series.id(), column);
      }
    }
    return new ReadingTable(step, after != null, seconds, values);
  }

  private record Row(History of, int sample) {
    @Nullable Double value(Series series) {
      double value = of.value(series, sample);
      return Double.isNaN(value)
          ? null
          : rounded(value, series.metric().unit() == Metric.Unit.RATIO ? 3 : 1);
    }
  }

  private static double rounded(double value, int digits) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP).doubleValue()
        : value;
  }

  /** Every other row only. */
  ReadingTable thinned() {
    List<Double> fewer = everyOther(seconds);
    Map<String, List<@Nullable Double>> columns = new LinkedHashMap<>();
    values.forEach((series, column) -> columns.put(series, everyOther(column)));
    return new ReadingTable(2 * stepSeconds, complete, fewer, columns);
  }

  private static <T extends @Nullable Object> List<T> everyOther(List<T> all) {
    List<T> kept = new ArrayList<>(all.size() / 2 + 1);
    for (int i = all.size() - 1; i >= 0; i -= 2) {
      kept.add(all.get(i));
    }
    return kept.reversed();
  }
}
