package dev.acceld.e2e.scenario;

import dev.acceld.e2e.dashboards.Dashboard;
import dev.acceld.e2e.dashboards.Hour;
import dev.acceld.e2e.dashboards.HourPrometheus;
import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Series;
import dev.acceld.e2e.dashboards.View;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The dashboards over the recorded hour, with the values that their variables offer. */
final class HourViews {
  static final List<String> NODES = List.of("gpu-1", "tpu-1", "mixed-1");
  private static final String ALL = ".*";

  private final Hour hour;
  private final HourPrometheus prometheus;
  private final List<Dashboard> dashboards;

  HourViews(Hour hour, HourPrometheus prometheus, List<Dashboard> dashboards) {
    this.hour = hour;
    this.prometheus = prometheus;
    this.dashboards = dashboards;
  }

  /** Each dashboard with each node, all nodes where that can be chosen, and each device. */
  List<View> all() {
    List<View> views = new ArrayList<>();
    for (Dashboard dashboard : dashboards) {
      if (dashboard.offersAll("node")) {
        views.add(view(dashboard, ALL, "", Hour.MINUTES));
      }
      for (String node : NODES) {
        for (String device : dashboard.asksFor("device") ? devices(node) : List.of("")) {
          views.add(view(dashboard, node, device, Hour.MINUTES));
        }
      }
    }
    return views;
  }

  /** One of each dashboard, and of those about one node or device one of each kind. */
  List<View> pictured() {
    List<View> views = new ArrayList<>();
    for (Dashboard dashboard : dashboards) {
      if (dashboard.offersAll("node")) {
        views.add(view(dashboard, ALL, "", Hour.MINUTES));
      } else if (dashboard.asksFor("device")) {
        views.add(at(Hour.MINUTES, dashboard.name(), "gpu-1", "gpu-3"));
        views.add(at(Hour.MINUTES, dashboard.name(), "gpu-1", "gpu-4"));
        views.add(at(Hour.MINUTES, dashboard.name(), "tpu-1", "tpu-0"));
      } else {
        NODES.forEach(node -> views.add(view(dashboard, node, "", Hour.MINUTES)));
      }
    }
    return views;
  }

  /** What the variable {@code device} offers, at the end of the hour. */
  List<String> devices(String node) {
    return prometheus
        .instant("count by (device) (acceld_device_info{node=~\"" + node + "\"})", end())
        .stream()
        .map(series -> series.label("device"))
        .sorted()
        .toList();
  }

  private Instant end() {
    return hour.at(Hour.MINUTES);
  }

  /** A dashboard as it was at the end of that minute, with all nodes. */
  View at(int minute, String dashboard) {
    return view(named(dashboard), ALL, "", minute);
  }

  /** The same with one node, and one of its devices by the machine's name if it is not empty. */
  View at(int minute, String dashboard, String node, String device) {
    String published = device.isEmpty() ? "" : hour.device(node, device);
    return view(named(dashboard), node, published, minute);
  }

  private Dashboard named(String name) {
    return dashboards.stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
  }

  private View view(Dashboard dashboard, String node, String device, int minute) {
    Map<String, String> variables = new HashMap<>(Map.of("node", node));
    if (dashboard.asksFor("namespace")) {
      variables.put("namespace", ALL);
    }
    if (dashboard.asksFor("price")) {
      variables.put("price", "2.5");
    }
    if (!device.isEmpty()) {
      variables.put("device", device);
    }
    Instant to = hour.at(minute);
    return new View(dashboard, variables, to.minus(Duration.ofMinutes(Hour.MINUTES)), to);
  }

  /** The answers to a panel's queries. */
  Map<String, List<Series>> ask(View view, Panel panel) {
    return view.ask(prometheus, panel);
  }

  /** All series of the panel of that type and title. */
  List<Series> ask(View view, String type, String panel) {
    return ask(view, view.dashboard().panel(type, panel)).values().stream()
        .flatMap(List::stream)
        .toList();
  }

  /** The lines of the panel of that title. */
  List<Series> lines(View view, String panel) {
    return ask(view, "timeseries", panel);
  }

  /** The rows of the table of that title. */
  List<Series> rows(View view, String panel) {
    return ask(view, "table", panel);
  }

  /** The value of a series at a minute of the hour; NaN without one. */
  double at(View view, Series series, int minute) {
    long time = hour.at(minute).getEpochSecond();
    if (time < view.from().getEpochSecond() || time > view.to().getEpochSecond()) {
      throw new IllegalArgumentException("minute " + minute + " is not in the view");
    }
    return series.values().getOrDefault(time, Double.NaN);
  }

  /**
   * The greatest value of a series between two minutes of the hour; NaN without one. An increase is
   * shown at a time that depends on when the scrapes before it were.
   */
  double most(Series series, int from, int to) {
    return series
        .values()
        .subMap(hour.at(from).getEpochSecond(), true, hour.at(to).getEpochSecond(), true)
        .values()
        .stream()
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(Double.NaN);
  }

  /** The time at that minute. */
  Instant time(int minute) {
    return hour.at(minute);
  }

  /** The series of a query at a minute of the hour. */
  List<Series> query(int minute, String promql) {
    return prometheus.instant(promql, hour.at(minute));
  }

  /** The published name of a device of a node. */
  String device(String node, String name) {
    return hour.device(node, name);
  }

  /** The number that the panel shows. */
  double number(View view, String panel) {
    List<Series> all = ask(view, "stat", panel);
    if (all.size() != 1) {
      throw new AssertionError(view.name() + ": " + panel + " has not one number but " + all);
    }
    return all.getFirst().last();
  }
}
