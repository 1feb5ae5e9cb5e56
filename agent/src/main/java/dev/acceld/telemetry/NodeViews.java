package dev.acceld.telemetry;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.telemetry.attribution.Attribution;
import dev.acceld.telemetry.attribution.Holder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a {@link NodeView} for each scrape, and keeps the label sets that have not changed. */
final class NodeViews {
  private final DeviceSources sources;
  private final TelemetrySettings settings;
  private final ScrapeErrors errors;
  // Replaced as a whole: two scrapes at once may both make it anew, and either result is right.
  private volatile Map<DeviceName, DeviceLabels> cache = Map.of();
  private long views; // under the lock of this

  NodeViews(DeviceSources sources, TelemetrySettings settings, ScrapeErrors errors) {
    this.sources = sources;
    this.settings = settings;
    this.errors = errors;
    for (String source : List.of("inventory", "readings", "ages", "health", "claims", "xids")) {
      errors.expect(source);
    }
  }

  NodeView take() {
    Inventory inventory = ask("inventory", sources.inventory(), Inventory.EMPTY);
    Dated dated = readings();
    Readings readings = dated.readings();
    Map<DeviceName, HealthReport> health = ask("health", sources.health(), Map.of());
    Map<DeviceName, Map<Long, Long>> xids = ask("xids", sources.xids(), Map.of());
    List<PreparedClaim> claims = askOrNull("claims", sources.claims());
    Attribution attribution = claims == null ? Attribution.NONE : Attribution.of(claims);

    Map<String, Duration> ages = ask("ages", sources.readingsAges(), Map.of());

    Map<DeviceName, DeviceLabels> before = cache;
    Map<DeviceName, DeviceLabels> labels = new HashMap<>();
    List<NodeView.Row> rows = new ArrayList<>(inventory.devices().size());
    for (Device device : inventory.devices()) {
      DeviceName name = device.name();
      Optional<Holder> holder = attribution.soleHolder(name);
      if (device.possibleOnly() && holder.isEmpty()) {
        continue; // nothing that could have a reading, and there may be hundreds
      }
      DeviceLabels known = before.get(name);
      Optional<Gpu> whole = whole(inventory, device);
      if (known == null || !known.fits(device, whole, holder)) {
        known = new DeviceLabels(device, whole, holder, settings);
      }
      labels.put(name, known);
      boolean present = !inventory.missing().contains(name);
      rows.add(
          new NodeView.Row(
              device,
              known,
              present,
              present ? readings.of(name) : Sample.EMPTY,
              health.get(name),
              xids.getOrDefault(name, Map.of())));
    }
    cache = labels;
    return new NodeView(dated.order(), rows, inventory.probes(), claims, ages);
  }

  private record Dated(long order, Readings readings) {}

  /** One scrape after the other, so that the order of the views is that of their readings. */
  private synchronized Dated readings() {
    return new Dated(++views, ask("readings", sources.readings(), Readings.EMPTY));
  }

  private static Optional<Gpu> whole(Inventory inventory, Device device) {
    return device instanceof MigDevice part
        ? inventory.find(part.parent()).filter(Gpu.class::isInstance).map(Gpu.class::cast)
        : Optional.empty();
  }

  private <T> T ask(String what, Supplier<T> source, T otherwise) {
    T answer = askOrNull(what, source);
    return answer == null ? otherwise : answer;
  }

  private <T> @Nullable T askOrNull(String what, Supplier<T> source) {
    try {
      return source.get();
    } catch (RuntimeException e) {
      errors.count(what, e);
      return null;
    }
  }
}
