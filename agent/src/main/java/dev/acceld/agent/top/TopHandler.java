package dev.acceld.agent.top;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.local.LocalCommand;
import dev.acceld.agent.top.NodeView.PodView;
import dev.acceld.agent.top.NodeView.ProbeView;
import dev.acceld.agent.view.ClaimView;
import dev.acceld.agent.view.DeviceView;
import dev.acceld.agent.view.DeviceViews;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.history.History;
import dev.acceld.history.Series;
import dev.acceld.kernel.KernelLines;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.usage.UsageReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code acceld top}: everything that a screen shows, in one answer, from memory.
 *
 * <p>Arguments: {@code columns}, into how many stretches the last ten minutes are cut (0, the
 * default, for no history); {@code device}, the name of one device whose readings are all wanted.
 */
public final class TopHandler implements LocalCommand {
  /** More columns than that are no use to a terminal. */
  static final int MOST_COLUMNS = 600;

  private static final Set<Series> OF_ALL =
      EnumSet.of(Series.UTILIZATION, Series.GRAPHICS_ACTIVE, Series.MEMORY_USED);
  private static final Set<Series> OF_ONE =
      EnumSet.of(
          Series.UTILIZATION,
          Series.GRAPHICS_ACTIVE,
          Series.MEMORY_USED,
          Series.POWER,
          Series.TEMPERATURE,
          Series.SM_CLOCK);

  /** What a table of devices shows; of these also all parts. */
  private static final Set<String> SHOWN =
      Set.of(
          "utilization",
          "graphics_active",
          "memory_utilization",
          "memory_used",
          "memory_total",
          "power",
          "power_limit",
          "temperature",
          "memory_temperature",
          "fan_speed",
          "sm_clock",
          "memory_clock",
          "clock_reason",
          "pcie_sent_rate",
          "pcie_received_rate",
          "nvlink_sent_rate",
          "nvlink_received_rate",
          "processes");

  private final Node node;
  private final Supplier<NodeSnapshot> snapshots;
  private final KernelLines kernel;
  private final Function<DeviceName, Optional<History>> recent;
  private final Supplier<UsageReport> usage;

  /**
   * What does not change while the agent runs.
   *
   * @param name the node's name
   * @param driver the driver's name
   * @param version the agent's version
   * @param sample how often devices are read
   */
  public record Node(String name, String driver, String version, Duration sample) {}

  /**
   * From those sources.
   *
   * @param snapshots the node as it is now, with processes
   * @param kernel the kernel's log
   * @param recent the last ten minutes of a device
   * @param usage what claims have used
   */
  public TopHandler(
      Node node,
      Supplier<NodeSnapshot> snapshots,
      KernelLines kernel,
      Function<DeviceName, Optional<History>> recent,
      Supplier<UsageReport> usage) {
    this.node = node;
    this.snapshots = snapshots;
    this.kernel = kernel;
    this.recent = recent;
    this.usage = usage;
  }

  @Override
  public Object run(JsonNode arguments) {
    int columns = arguments.path("columns").asInt(0);
    if (columns < 0 || columns > MOST_COLUMNS) {
      throw new IllegalArgumentException(
          "columns must be between 0 and " + MOST_COLUMNS + ", not " + columns);
    }
    return view(snapshots.get(), columns, arguments.path("device").asText(""));
  }

  private NodeView view(NodeSnapshot now, int columns, String detailed) {
    List<DeviceView> devices =
        DeviceViews.of(now, kernel).stream()
            .map(d -> d.name().equals(detailed) ? d : d.with(shown(d.readings())))
            .toList();
    UsageReport used = usage.get();
    return new NodeView(
        node.name(),
        node.driver(),
        node.version(),
        Instant.now().toString(),
        node.sample().toMillis() / 1e3,
        probes(now),
        devices,
        now.claims()
            .map(all -> all.stream().map(claim -> ClaimView.of(claim, used)).toList())
            .orElse(null),
        pods(now),
        now.groups(),
        columns == 0 ? Map.of() : history(now, columns, detailed));
  }

  private static Map<String, Number> shown(Map<String, Number> readings) {
    Map<String, Number> few = new TreeMap<>();
    readings.forEach((id, value) -> {
      int dot = id.indexOf('.');
      if (SHOWN.contains(dot < 0 ? id : id.substring(0, dot))) {
        few.put(id, value);
      }
    });
    return few;
  }

  private static List<ProbeView> probes(NodeSnapshot now) {
    Map<String, String> vendors = new TreeMap<>();
    now.devices()
        .forEach(d -> {
          Vendor vendor = d.device().common().vendor();
          vendors.put(vendor.probe(), vendor.id());
        });
    return now.probes().stream()
        .map(p -> {
          Duration age = now.readingsAges().get(p.probe());
          return new ProbeView(
              p.probe(),
              vendors.get(p.probe()),
              p.state().name().toLowerCase(Locale.ROOT),
              p.since().toString(),
              p.detail(),
              age == null ? null : age.toMillis() / 1e3);
        })
        .toList();
  }

  private static List<PodView> pods(NodeSnapshot now) {
    List<PodView> pods = new ArrayList<>();
    ContainerUses containers = now.containers();
    for (PreparedClaim claim : now.claims().orElse(List.of())) {
      List<String> devices = claim.devices().stream().map(PreparedDevice::device).toList();
      for (PodRef pod : claim.pods()) {
        pods.add(
            new PodView(
                pod.path(),
                containers.of(claim.claim(), pod),
                claim.claim().path(),
                null,
                devices));
      }
    }
    containers
        .plugins()
        .forEach(given ->
            pods.add(
                new PodView(
                    given.pod().path(),
                    List.of(given.container()),
                    null,
                    given.resource(),
                    List.of(given.device().value()))));
    return pods;
  }

  private Map<String, Map<String, List<@Nullable Double>>> history(
      NodeSnapshot now, int columns, String detailed) {
    Map<String, Map<String, List<@Nullable Double>>> all = new LinkedHashMap<>();
    now.devices()
        .forEach(each -> {
          DeviceName name = each.device().name();
          Set<Series> wanted = name.value().equals(detailed) ? OF_ONE : OF_ALL;
          recent
              .apply(name)
              .ifPresent(history -> all.put(name.value(), Trends.of(history, wanted, columns)));
        });
    return all;
  }
}
