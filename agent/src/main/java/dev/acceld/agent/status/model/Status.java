package dev.acceld.agent.status.model;

import dev.acceld.agent.faults.Secrets;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.view.Aliases;
import dev.acceld.agent.view.DeviceViews;
import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Sample;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.prepare.Prepare;
import dev.acceld.snapshot.DeviceProcesses;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.Holder;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.snapshot.ProcessSnapshot;
import dev.acceld.usage.DeviceLoad;
import dev.acceld.usage.UsageReport;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes what is shown from what is known. Measures and decides nothing. */
public final class Status {
  private static final String MEMORY_SLICE = "memory-slice-";

  private Status() {}

  /** All devices of a snapshot of the sources, in its order. */
  public static List<DeviceStatus> devices(NodeSnapshot node, StatusSources sources) {
    Surroundings around = Surroundings.of(node, sources);
    return node.devices().stream().map(d -> device(d, around)).toList();
  }

  /**
   * What is said of a device and depends on others.
   *
   * @param partitioned the GPUs of which claims hold partitions
   * @param claimsKnown whether all claims are known
   */
  private record Surroundings(
      Map<DeviceName, String> aliases, Set<DeviceName> partitioned, boolean claimsKnown) {
    static Surroundings of(NodeSnapshot node, StatusSources sources) {
      Set<DeviceName> partitioned = new HashSet<>();
      for (DeviceSnapshot each : node.devices()) {
        if (each.device() instanceof MigDevice part && !each.holders().isEmpty()) {
          partitioned.add(part.parent());
        }
      }
      return new Surroundings(Status.aliases(node), partitioned, ClaimList.known(node, sources));
    }

    String availability(DeviceSnapshot of) {
      if (!of.holders().isEmpty()) {
        return DeviceStatus.HELD;
      }
      if (partitioned.contains(of.device().name())) {
        return DeviceStatus.PARTITIONED;
      }
      return claimsKnown ? DeviceStatus.FREE : DeviceStatus.UNKNOWN;
    }
  }

  /**
   * Why devices may be missing from a snapshot: the probes that have not told yet which devices
   * there are, each with what is said of it. Empty once all have.
   */
  public static List<String> unanswered(NodeSnapshot node) {
    return node.probes().stream()
        .filter(probe -> unanswered(probe, node.devices()))
        .map(probe -> probe.probe() + ": " + Secrets.masked(probe.detail()))
        .toList();
  }

  private static boolean unanswered(ProbeStatus probe, List<DeviceSnapshot> devices) {
    return switch (probe.state()) {
      case STARTING -> true;
      // What it found before it failed is still listed.
      case FAILED, HUNG ->
          devices.stream()
              .noneMatch(d -> d.device().common().vendor().probe().equals(probe.probe()));
      case READY, WAITING -> false;
    };
  }

  private static Map<DeviceName, String> aliases(NodeSnapshot node) {
    return Aliases.of(node.devices().stream().map(DeviceSnapshot::device).toList());
  }

  private static DeviceStatus device(DeviceSnapshot of, Surroundings around) {
    Device device = of.device();
    DeviceCommon c = device.common();
    Sample readings = of.readings();
    Double used = Values.known(readings.get(Metric.MEMORY_USED));
    return new DeviceStatus(
        c.name().value(),
        around.aliases().get(c.name()),
        c.type(),
        c.kind().id(),
        c.vendor().id(),
        DeviceViews.model(device),
        DeviceViews.uuid(device),
        c.pci().map(PciAddress::toString).orElse(null),
        c.pcieRoot().orElse(null),
        c.numaNode().isPresent() ? c.numaNode().getAsInt() : null,
        device instanceof MigDevice part ? partition(part) : null,
        of.present(),
        of.health().map(r -> r.state().name().toLowerCase(Locale.ROOT)).orElse("unknown"),
        of.health().map(HealthReport::reasons).orElse(List.of()).stream()
            .map(DeviceViews::reason)
            .toList(),
        Values.known(DeviceLoad.utilization(readings)),
        used == null ? null : Math.round(used),
        memory(c, readings),
        Values.known(readings.get(Metric.POWER)),
        Values.known(readings.get(Metric.POWER_LIMIT)),
        Values.known(readings.get(Metric.TEMPERATURE)),
        around.availability(of),
        of.holders().stream().map(Status::use).toList());
  }

  private static @Nullable Long memory(DeviceCommon c, Sample readings) {
    Long measured = Values.whole(readings.get(Metric.MEMORY_TOTAL));
    if (measured != null) {
      return measured;
    }
    return c.capacities().containsKey("memory") ? c.capacities().get("memory").amount() : null;
  }

  private static DeviceStatus.Partition partition(MigDevice part) {
    Optional<Integer> slices =
        part.common()
            .counters()
            .map(CounterUse::all)
            .map(all -> (int) all.keySet().stream().filter(k -> k.startsWith(MEMORY_SLICE)).count())
            .filter(n -> n > 0);
    return new DeviceStatus.Partition(
        part.parent().value(),
        part.profile(),
        part.shape().start(),
        part.shape().size(),
        slices.orElse(null));
  }

  private static DeviceStatus.ClaimUse use(Holder holder) {
    return new DeviceStatus.ClaimUse(
        holder.claim().namespace(),
        holder.claim().name(),
        holder.claim().uid(),
        holder.request(),
        holder.pods().stream().map(PodRef::name).toList());
  }

  /** One device of a snapshot of the sources. */
  public static DeviceDetail detail(NodeSnapshot node, DeviceSnapshot of, StatusSources sources) {
    boolean processes = sources.withProcesses().isPresent();
    Surroundings around = Surroundings.of(node, sources);
    DeviceName name = of.device().name();
    Duration age = node.readingsAges().get(of.device().common().vendor().probe());
    return new DeviceDetail(
        device(of, around),
        of.device().common().files().stream().map(DeviceFile::path).toList(),
        Values.of(of.readings()),
        age == null || of.readings().isEmpty() ? null : age.toMillis() / 1e3,
        node.devices().stream()
            .filter(d -> d.device() instanceof MigDevice part && part.parent().equals(name))
            .map(d -> device(d, around))
            .toList(),
        processes
            ? of.processes()
                .map(all -> all.listed().stream().map(Status::process).toList())
                .orElse(null)
            : null,
        processes
            ? of.processes().map(DeviceProcesses::others).filter(n -> n > 0).orElse(null)
            : null);
  }

  private static DeviceDetail.ProcessStatus process(ProcessSnapshot of) {
    return new DeviceDetail.ProcessStatus(
        of.process().pid(),
        of.command().isEmpty() ? null : of.command(),
        of.process().memoryBytes().isPresent() ? of.process().memoryBytes().getAsLong() : null,
        Values.known(of.process().use().processor()),
        of.owner().id(),
        of.pod().map(PodRef::path).orElse(null));
  }

  /** The claims that are known. */
  static List<ClaimStatus> claims(NodeSnapshot node, UsageReport usage) {
    return node.claims().orElse(List.of()).stream()
        .map(c -> ClaimStatus.of(c, node, usage.claim(c.claim().uid())))
        .toList();
  }

  /** How the whole devices are connected. */
  public static Topology topology(NodeSnapshot node) {
    Map<DeviceName, String> aliases = aliases(node);
    return Topology.of(
        node.devices().stream()
            .map(DeviceSnapshot::device)
            .filter(d -> !d.partition())
            .map(d -> Topology.Place.of(d, aliases.get(d.name())))
            .toList());
  }

  /** The prepares. */
  public static List<PrepareStatus> prepares(List<Prepare> latest) {
    return latest.stream().map(PrepareStatus::of).toList();
  }

  /** The conditions; what may be a secret in them is masked. */
  public static List<Condition> conditions(List<Condition> all) {
    return all.stream()
        .map(c -> new Condition(c.name(), c.ok(), c.required(), Secrets.masked(c.sentence())))
        .toList();
  }
}
