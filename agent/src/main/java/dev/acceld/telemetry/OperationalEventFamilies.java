package dev.acceld.telemetry;

import java.util.Map;
import java.util.TreeMap;

/** GPU Operational Events as counters, of whatever severity; those that are XIDs are not here. */
final class OperationalEventFamilies {
  private static final String REASON = "operational-event";

  private OperationalEventFamilies() {}

  /** A series appears with the first event: the codes of a preview are nobody's to list. */
  static void byEvent(NodeView view, MetricFamilyBuilder family) {
    for (NodeView.Row row : view.rows()) {
      Map<String, Long> events = new TreeMap<>(); // the same order in each scrape
      row.faults()
          .forEach((code, n) -> {
            if (code.reason().equals(REASON)) {
              events.put(code.value(), n);
            }
          });
      events.forEach((event, n) -> family.add(row.labels().event(event), n));
    }
  }
}
