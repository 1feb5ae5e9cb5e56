package dev.acceld.telemetry;

import dev.acceld.telemetry.dcgm.DcgmSelection;
import dev.acceld.telemetry.text.ExpositionBuffer;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Renders a {@link NodeView} into families. A family that fails is left out and counted; the rest
 * of the scrape does not notice.
 */
final class DeviceCollector {
  /** What failing families are counted under; the log names them. */
  static final String FAMILIES = "families";

  private final Supplier<NodeView> views;
  private final List<MetricFamily> families;
  private final ScrapeErrors errors;
  private final MetricFamily errorFamily;

  DeviceCollector(Supplier<NodeView> views, List<MetricFamily> families, ScrapeErrors errors) {
    this.views = views;
    this.families = List.copyOf(families);
    this.errors = errors;
    errors.expect(FAMILIES);
    this.errorFamily =
        MetricFamily.counter(
            "acceld_scrape_errors_total",
            "Collectors that failed in a scrape and were left out, by name.",
            (unused, family) ->
                errors
                    .counts()
                    .forEach((part, n) -> family.add(Labels.of("collector", part), n.sum())));
  }

  /** All families of devices, claims and probes, dcgm-exporter's under all their names. */
  static List<MetricFamily> allFamilies() {
    List<MetricFamily> all = ownFamilies();
    all.add(XidFamilies.faults(Map::of));
    all.addAll(DcgmFamilies.all());
    return all;
  }

  /** Those that are served with that selection of dcgm-exporter's. */
  static List<MetricFamily> families(DcgmSelection selection) {
    List<MetricFamily> all = ownFamilies();
    all.addAll(DcgmFamilies.selected(selection));
    return all;
  }

  private static List<MetricFamily> ownFamilies() {
    List<MetricFamily> all = new ArrayList<>(NodeFamilies.all());
    all.addAll(PodFamilies.all());
    all.addAll(ReadingFamilies.all());
    all.addAll(SummaryFamilies.all());
    all.addAll(UsageFamilies.all());
    return all;
  }

  /** Asks once, and writes all families that have points. */
  void write(FamilyWriter writer, ExpositionBuffer out) {
    NodeView view = views.get();
    for (MetricFamily family : families) {
      write(family, view, writer, out);
    }
    write(errorFamily, view, writer, out); // last, so that it tells of this scrape too
    writer.trim();
  }

  private void write(
      MetricFamily family, NodeView view, FamilyWriter writer, ExpositionBuffer out) {
    MetricFamilyBuilder builder = new MetricFamilyBuilder(family);
    try {
      family.points().accept(view, builder);
    } catch (RuntimeException e) {
      errors.count(FAMILIES, family.name(), e);
      return;
    }
    writer.write(family, builder, out);
  }
}
