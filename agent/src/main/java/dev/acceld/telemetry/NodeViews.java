package dev.acceld.telemetry;

import dev.acceld.device.DeviceName;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.signals.PodSignals;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.DeviceUser;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.usage.ClaimUsage;
import dev.acceld.usage.UsageReport;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes a {@link NodeView} for each scrape, and keeps the label sets that have not changed. */
final class NodeViews {
  private final Supplier<NodeSnapshot> snapshots;
  private final Supplier<UsageReport> usage;
  private final TelemetrySettings settings;
  // Replaced as a whole: two scrapes at once may both make it anew, and either result is right.
  private volatile Map<DeviceName, DeviceLabels> cache = Map.of();
  private volatile Map<ClaimRef, Labels> claimCache = Map.of();
  private volatile Map<PodRef, Labels> podCache = Map.of();

  NodeViews(
      Supplier<NodeSnapshot> snapshots, Supplier<UsageReport> usage, TelemetrySettings settings) {
    this.snapshots = snapshots;
    this.usage = usage;
    this.settings = settings;
  }

  NodeView take() {
    NodeSnapshot node = snapshots.get();
    Map<DeviceName, DeviceLabels> before = cache;
    Map<DeviceName, DeviceLabels> labels = new HashMap<>();
    List<NodeView.Row> rows = new ArrayList<>(node.devices().size());
    for (DeviceSnapshot of : node.devices()) {
      DeviceName name = of.device().name();
      DeviceLabels known = before.get(name);
      Optional<DeviceUser> user = DeviceUser.of(of, node.containers());
      if (known == null || !known.fits(of.device(), of.whole(), user)) {
        known = new DeviceLabels(of.device(), of.whole(), user, settings);
      }
      labels.put(name, known);
      rows.add(
          new NodeView.Row(
              of.device(),
              known,
              of.present(),
              of.readings(),
              of.summaries(),
              of.health().orElse(null),
              of.faults(),
              of.rules(),
              of.processes().orElse(null)));
    }
    cache = labels;
    UsageReport used = usage.get();
    return new NodeView(
        node.order(),
        rows,
        node.probes(),
        node.claims().orElse(null),
        node.containers(),
        pods(node),
        node.readingsAges(),
        used,
        claimLabels(used));
  }

  private Map<Labels, PodSignals> pods(NodeSnapshot node) {
    Map<PodRef, Labels> before = podCache;
    Map<PodRef, Labels> labels = new HashMap<>();
    Map<Labels, PodSignals> pods = new LinkedHashMap<>();
    for (PodSignals of : PodSignals.of(node)) {
      Labels known = before.get(of.pod());
      Labels name = known == null ? PodFamilies.pod(of.pod()) : known;
      labels.put(of.pod(), name);
      pods.put(name, of);
    }
    podCache = labels;
    return pods;
  }

  private Map<ClaimRef, Labels> claimLabels(UsageReport used) {
    Map<ClaimRef, Labels> before = claimCache;
    Map<ClaimRef, Labels> labels = new HashMap<>();
    for (ClaimUsage claim : used.claims()) {
      Labels known = before.get(claim.claim());
      labels.put(claim.claim(), known == null ? NodeFamilies.claim(claim.claim()).build() : known);
    }
    claimCache = labels;
    return labels;
  }
}
