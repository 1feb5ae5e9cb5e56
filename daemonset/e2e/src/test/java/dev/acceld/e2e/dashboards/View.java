package dev.acceld.e2e.dashboards;

import dev.acceld.e2e.dashboards.Panel.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A dashboard as somebody looks at it: with values of its variables and a time. Asks as Grafana
 * does whose data source has the chart's scrape interval of 15 seconds.
 *
 * @param variables by name
 */
public record View(Dashboard dashboard, Map<String, String> variables, Instant from, Instant to) {
  private static final Duration STEP = Duration.ofSeconds(15);

  /** Copies. */
  public View {
    variables = Map.copyOf(variables);
  }

  /** The answers to a panel's queries, by their letters. */
  public Map<String, List<Series>> ask(HourPrometheus prometheus, Panel panel) {
    Map<String, List<Series>> answers = new LinkedHashMap<>();
    for (Target target : panel.targets()) {
      String query = filled(target.query());
      answers.put(
          target.refId(),
          target.instant()
              ? prometheus.instant(query, to)
              : prometheus.range(query, from, to, STEP));
    }
    return answers;
  }

  private String filled(String query) {
    // The longer names first: $__range is no beginning of $__rate_interval, but may be of others.
    Map<String, String> all = new TreeMap<>(Comparator.reverseOrder());
    variables.forEach((name, value) -> all.put("$" + name, value));
    all.put("$__rate_interval", 4 * STEP.toSeconds() + "s");
    all.put("$__range", Duration.between(from, to).toSeconds() + "s");
    String text = query;
    for (Map.Entry<String, String> variable : all.entrySet()) {
      text = text.replace(variable.getKey(), variable.getValue());
    }
    if (text.contains("$")) {
      throw new AssertionError("a variable has no value: " + text);
    }
    return text;
  }

  /** How the view is called in messages: the dashboard, and what is chosen. */
  public String name() {
    List<String> chosen = new ArrayList<>();
    for (String name : List.of("node", "device")) {
      if (variables.containsKey(name)) {
        chosen.add(variables.get(name).replace(".*", "all"));
      }
    }
    return dashboard.name() + (chosen.isEmpty() ? "" : " " + String.join(" ", chosen));
  }
}
