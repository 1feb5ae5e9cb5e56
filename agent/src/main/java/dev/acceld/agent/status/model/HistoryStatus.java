package dev.acceld.agent.status.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.history.Series;
import dev.acceld.recorder.ReadingTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Readings over time.
 *
 * @param stepSeconds the shortest time between two rows
 * @param seconds when each row was measured: seconds after the moment of the answer or the fault,
 *     below zero before it
 * @param values by the names of their metrics without {@code acceld_device_}; null where nothing
 *     was measured
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record HistoryStatus(
    double stepSeconds, List<Double> seconds, Map<String, List<@Nullable Double>> values) {

  /** Of a table whose columns are named by series. */
  public static HistoryStatus of(ReadingTable table) {
    Map<String, List<@Nullable Double>> values = new LinkedHashMap<>();
    for (Series series : Series.values()) {
      List<@Nullable Double> column = table.values().get(series.id());
      if (column != null) {
        values.put(Values.name(series.metric()), column);
      }
    }
    return new HistoryStatus(table.stepSeconds(), table.seconds(), values);
  }
}
