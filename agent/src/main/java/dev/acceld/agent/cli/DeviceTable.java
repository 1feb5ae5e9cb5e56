package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.text.Quantity;
import dev.acceld.agent.cli.text.Table;
import dev.acceld.device.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The devices of an answer as a table. */
final class DeviceTable {
  /** The columns; some are shown only where there is room for them. */
  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  enum Column {
    NAME(false, d -> d.path("name").asText()),
    ALIAS(false, d -> d.path("alias").asText("-")),
    TYPE(false, d -> d.path("type").asText()),
    MODEL(false, d -> d.path("model").asText()),
    MEMORY(
        false, d -> DevicesCommand.gib(d.path("memoryBytes")), d -> number(d.path("memoryBytes"))),
    PCI(false, d -> d.path("pciBusId").asText("-")),
    NUMA(false, d -> d.path("numaNode").asText("-"), d -> number(d.path("numaNode"))),
    HEALTH(false, DeviceTable::health),
    UTIL(false, d -> DevicesCommand.percent(utilization(d)), d -> number(utilization(d))),
    USED(true, Metric.MEMORY_USED),
    POWER(true, Metric.POWER),
    TEMP(true, Metric.TEMPERATURE),
    CLOCK(true, Metric.SM_CLOCK),
    RX(true, Metric.PCIE_RECEIVED_RATE),
    TX(true, Metric.PCIE_SENT_RATE),
    PROCESSES(true, DeviceTable::processes, DeviceTable::processCount),
    CLAIM(false, d -> DevicesCommand.joined(d.path("claims"))),
    PARENT(true, d -> d.path("parent").asText("-")),
    UUID(true, d -> d.path("uuid").asText("-")),
    FILES(true, d -> DevicesCommand.joined(d.path("files")));

    private final boolean wide;
    private final Function<JsonNode, String> text;
    private final ToDoubleFunction<JsonNode> value;

    Column(boolean wide, Function<JsonNode, String> text, ToDoubleFunction<JsonNode> value) {
      this.wide = wide;
      this.text = text;
      this.value = value;
    }

    Column(boolean wide, Function<JsonNode, String> text) {
      this(wide, text, _ -> Double.NaN);
    }

    Column(boolean wide, Metric metric) {
      this(
          wide,
          d -> {
            JsonNode value = reading(d, metric);
            return value.isNumber() ? Quantity.of(metric, value.asDouble()) : "-";
          },
          d -> number(reading(d, metric)));
    }

    /** The column of that title, in upper or lower case. */
    static Optional<Column> of(String title) {
      return Arrays.stream(values()).filter(c -> c.name().equalsIgnoreCase(title)).findFirst();
    }

    /** Numbers from the highest to the lowest, texts from A to Z; what has no value comes last. */
    Comparator<JsonNode> order() {
      return Comparator.comparingDouble(
              (JsonNode d) -> {
                double own = value.applyAsDouble(d);
                return Double.isNaN(own) ? Double.POSITIVE_INFINITY : -own;
              })
          .thenComparing(d -> text.apply(d).equals("-"))
          .thenComparing(text, String.CASE_INSENSITIVE_ORDER);
    }
  }

  private DeviceTable() {}

  /**
   * The table.
   *
   * @param wide with the columns that are shown only where there is room
   * @param by by which it is sorted; empty for the order of the answer
   */
  static Table of(JsonNode devices, boolean wide, Optional<Column> by) {
    return of(
        devices,
        Arrays.stream(Column.values()).filter(column -> wide || !column.wide).toList(),
        by);
  }

  /** What can be known of devices without an agent. */
  static Table withoutClaims(JsonNode devices) {
    return of(
        devices,
        Arrays.stream(Column.values())
            .filter(c -> (!c.wide || c == Column.PROCESSES) && c != Column.CLAIM)
            .toList(),
        Optional.empty());
  }

  private static Table of(JsonNode devices, List<Column> columns, Optional<Column> by) {
    List<JsonNode> rows = new ArrayList<>();
    devices.forEach(rows::add);
    by.ifPresent(column -> rows.sort(column.order()));
    Table table = new Table(columns.stream().map(Column::name).toArray(String[]::new));
    for (JsonNode device : rows) {
      table.row(columns.stream().map(column -> column.text.apply(device)).toArray(String[]::new));
    }
    return table;
  }

  private static JsonNode reading(JsonNode device, Metric metric) {
    return device.path("readings").path(metric.name().toLowerCase(Locale.ROOT));
  }

  /** A partition tells it as the share of its engines' time. */
  private static JsonNode utilization(JsonNode device) {
    JsonNode whole = reading(device, Metric.UTILIZATION);
    return whole.isNumber() ? whole : reading(device, Metric.GRAPHICS_ACTIVE);
  }

  private static double number(JsonNode value) {
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }

  /** How many there are, listed or not; NaN when that is not known. */
  private static double processCount(JsonNode device) {
    JsonNode listed = device.path("processes");
    return listed.isArray() ? listed.size() + device.path("otherProcesses").asInt(0) : Double.NaN;
  }

  private static String processes(JsonNode device) {
    double count = processCount(device);
    return Double.isNaN(count) ? "-" : Integer.toString((int) count);
  }

  private static String health(JsonNode device) {
    String state = device.path("health").asText();
    JsonNode first = device.path("reasons").path(0);
    if (first.isMissingNode()) {
      return state;
    }
    String value = first.path("value").asText();
    return state + " (" + first.path("code").asText() + (value.isEmpty() ? "" : " " + value) + ")";
  }
}
