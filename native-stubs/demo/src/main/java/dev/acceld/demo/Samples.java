package dev.acceld.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * What the agent's metrics say of some devices.
 *
 * @param address where they are served
 * @param devices which
 */
record Samples(InetSocketAddress address, List<String> devices) {
  private static final String HEALTH = "acceld_device_health_state";

  private static final List<Column> COLUMNS =
      List.of(
          new Column(
              "UTILIZATION",
              "acceld_device_utilization_ratio",
              ratio -> String.format(Locale.ROOT, "%.0f %%", 100 * ratio)),
          new Column("MEMORY USED", "acceld_device_memory_used_bytes", Memory::describe),
          new Column(
              "POWER",
              "acceld_device_power_watts",
              watts -> String.format(Locale.ROOT, "%.0f W", watts)));

  private record Column(String head, String series, DoubleFunction<String> words) {}

  /** True when every device has been looked at. */
  boolean complete() throws IOException {
    return health().size() >= devices.size();
  }

  /** A row for each device; a column that no device has is left out. */
  List<List<String>> table() throws IOException {
    List<Column> columns = new ArrayList<>();
    for (Column column : COLUMNS) {
      if (!Scrape.about(address, devices, column.series()).isEmpty()) {
        columns.add(column);
      }
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("DEVICE", "HEALTH"));
    columns.forEach(column -> head.add(column.head()));
    head.addAll(List.of("POD", "CLAIM"));
    rows.add(head);
    for (String line : health()) {
      String device = Scrape.label(line, "device");
      List<String> row = new ArrayList<>(List.of(device, Scrape.label(line, "state")));
      for (Column column : columns) {
        row.add(
            Scrape.about(address, List.of(device), column.series()).stream()
                .findFirst()
                .map(found -> column.words().apply(Scrape.value(found)))
                .orElse("-"));
      }
      row.add(Scrape.label(line, "pod"));
      row.add(Scrape.label(line, "claim"));
      rows.add(row);
    }
    return rows;
  }

  /** One line as it is scraped. */
  String example() throws IOException {
    List<String> utilization = Scrape.about(address, devices, COLUMNS.getFirst().series());
    return (utilization.isEmpty() ? health() : utilization).getFirst();
  }

  /** The state that each device is in. */
  private List<String> health() throws IOException {
    return Scrape.about(address, devices, HEALTH).stream()
        .filter(line -> Scrape.value(line) == 1)
        .toList();
  }
}
