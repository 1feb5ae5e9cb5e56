package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.top.page.Readings.Together;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The pods that have devices. */
final class PodGrid {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("POD", 0, 20),
          Column.text("CONTAINERS", 4, 8),
          Column.text("CLAIM", 3, 18),
          Column.text("DEVICES", 1, 8),
          Column.number("UTIL", 1),
          Column.chart("LAST 10 MIN", 5, 60),
          Column.number("PROCESSES", 6),
          Column.number("MEM GiB", 2));

  private PodGrid() {}

  static Grid of(Answer answer, Look look) {
    List<Grid.Row> rows = new ArrayList<>();
    for (JsonNode pod : answer.node().path("pods")) {
      String name = pod.path("pod").asText();
      String by = pod.path("claim").asText(pod.path("resource").asText());
      List<String> devices = Texts.list(pod.path("devices"));
      List<String> single = answer.single(devices);
      Together together = Together.of(answer, single);
      Processes processes = Processes.of(answer, name, single);
      rows.add(
          new Grid.Row(
              name + " " + by + " " + String.join(",", devices),
              "",
              List.of(
                  Cell.of(name),
                  Texts.joined(Texts.list(pod.path("containers")), look),
                  by.isEmpty() ? Cell.none(look) : Cell.of(by),
                  Texts.joined(devices.stream().map(answer::shortName).toList(), look),
                  Texts.percent(together.utilization(), look),
                  Cell.chart(together.trend(), 1),
                  processes.shown(look),
                  processes.memory(look))));
    }
    return new Grid(COLUMNS, rows, "No pod on this node has a device.");
  }

  /**
   * Its processes on those devices.
   *
   * @param known whether the driver of any of the devices tells which processes use it
   * @param all whether it has no others: every driver tells, and every process is listed
   * @param count how many; one that has several devices counts once
   * @param bytes the memory that they have; NaN when that is not known of any
   */
  private record Processes(boolean known, boolean all, int count, double bytes) {
    static Processes of(Answer answer, String pod, List<String> devices) {
      Set<String> pids = new HashSet<>();
      List<Double> bytes = new ArrayList<>();
      boolean known = false;
      boolean all = true;
      for (JsonNode device : answer.devices()) {
        if (devices.contains(device.path("name").asText())) {
          known |= device.has("processes");
          all &= device.has("processes") && !device.has("otherProcesses");
          for (JsonNode process : device.path("processes")) {
            if (process.path("pod").asText().equals(pod)) {
              pids.add(process.path("pid").asText());
              bytes.add(Texts.number(process.path("memoryBytes")));
            }
          }
        }
      }
      return new Processes(known, all, pids.size(), Together.sum(bytes));
    }

    Cell shown(Look look) {
      if (!known || (count == 0 && !all)) {
        return Cell.none(look);
      }
      return Cell.number((all ? "" : look.atLeast()) + count, count);
    }

    Cell memory(Look look) {
      return all || Double.isNaN(bytes)
          ? Texts.gib(bytes, look)
          : Cell.number(look.atLeast() + Texts.gib(bytes), bytes);
    }
  }
}
