package dev.acceld.agent.view;

import dev.acceld.agent.view.DeviceView.LineView;
import dev.acceld.agent.view.DeviceView.ProcessView;
import dev.acceld.agent.view.DeviceView.ReasonView;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Sample;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.device.process.ProcessUse;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.health.Findings;
import dev.acceld.kernel.KernelLine;
import dev.acceld.kernel.KernelLines;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.DeviceProcesses;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.snapshot.ProcessSnapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts the agent's snapshots together, device by device. */
public final class DeviceViews {
  private DeviceViews() {}

  /** So many of the last lines of the kernel's log are shown. */
  private static final int LINES = 5;

  /** All devices of a snapshot, in its order. */
  public static List<DeviceView> of(NodeSnapshot node) {
    return of(node, KernelLines.NONE);
  }

  /** The same with the last lines of the kernel's log. */
  public static List<DeviceView> of(NodeSnapshot node, KernelLines kernel) {
    Map<DeviceName, String> aliases =
        Aliases.of(node.devices().stream().map(DeviceSnapshot::device).toList());
    return node.devices().stream()
        .map(d -> view(d, aliases.get(d.device().name()), kernel, node.containers()))
        .toList();
  }

  private static DeviceView view(
      DeviceSnapshot of, @Nullable String alias, KernelLines kernel, ContainerUses containers) {
    Device device = of.device();
    DeviceCommon c = device.common();
    return new DeviceView(
        c.name().value(),
        alias,
        device instanceof MigDevice part ? part.parent().value() : null,
        c.type(),
        c.kind().id(),
        c.vendor().id(),
        model(device),
        uuid(device),
        c.pci().map(PciAddress::toString).orElse(null),
        c.pcieRoot().orElse(null),
        c.numaNode().isPresent() ? c.numaNode().getAsInt() : null,
        c.capacities().containsKey("memory") ? c.capacities().get("memory").amount() : null,
        c.files().stream().map(DeviceFile::path).toList(),
        of.present(),
        of.health().map(r -> r.state().name().toLowerCase(Locale.ROOT)).orElse("unknown"),
        of.health().map(HealthReport::reasons).orElse(List.of()).stream()
            .map(DeviceViews::reason)
            .toList(),
        Findings.of(of.readings(), of.faults(), of.rules()),
        readings(of.readings()),
        of.holders().stream().map(holder -> holder.claim().path()).toList(),
        of.processes()
            .map(all -> all.listed().stream().map(p -> process(p, containers)).toList())
            .orElse(null),
        of.processes().map(DeviceProcesses::others).filter(n -> n > 0).orElse(null),
        lines(c.name(), kernel));
  }

  /** Product or generation of a device. */
  public static String model(Device device) {
    return switch (device) {
      case Gpu gpu -> gpu.model();
      case MigDevice mig -> mig.model() + " MIG " + mig.profile();
      case TpuChip chip -> "Google TPU " + chip.generation();
      case TpuShape shape -> "Google TPU " + shape.generation() + " " + shape.shape();
    };
  }

  /** The vendor's id of a device; null where there is none. */
  public static @Nullable String uuid(Device device) {
    return switch (device) {
      case Gpu gpu -> gpu.uuid().isEmpty() ? null : gpu.uuid();
      case MigDevice mig -> mig.instance().map(MigDevice.Instance::uuid).orElse(null);
      case TpuChip chip -> null;
      case TpuShape shape -> null;
    };
  }

  private static @Nullable List<LineView> lines(DeviceName device, KernelLines kernel) {
    List<KernelLine> lines = kernel.about(device, Instant.EPOCH);
    return lines.isEmpty()
        ? null
        : lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
            .map(line ->
                new LineView(
                    line.at().truncatedTo(ChronoUnit.MILLIS).toString(), line.rule(), line.text()))
            .toList();
  }

  private static ProcessView process(ProcessSnapshot of, ContainerUses containers) {
    ProcessUse use = of.process().use();
    return new ProcessView(
        of.process().pid(),
        of.command().isEmpty() ? null : of.command(),
        of.process().kind().id(),
        of.process().memoryBytes().isPresent() ? of.process().memoryBytes().getAsLong() : null,
        told(use.processor()),
        told(use.memory()),
        told(use.encoder()),
        told(use.decoder()),
        of.owner().id(),
        of.claim().map(ClaimRef::path).orElse(null),
        of.pod().map(PodRef::path).orElse(null),
        of.podUid().orElse(null),
        of.container(containers).orElse(null));
  }

  private static @Nullable Double told(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static Map<String, Number> readings(Sample sample) {
    Map<String, Number> byName = new TreeMap<>();
    sample.visit((m, part, value) -> byName.put(m.id(part), number(value)));
    return byName;
  }

  /** A whole number without a fraction and an exponent, as far as a double has them exact. */
  private static Number number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) <= 1L << 53;
    if (whole) {
      return (long) value;
    }
    return value;
  }

  /** One reason. */
  public static ReasonView reason(HealthReport.Reason r) {
    return new ReasonView(
        r.code(),
        r.value(),
        r.message(),
        r.state().name().toLowerCase(Locale.ROOT),
        r.effect().id(),
        r.action().describe(),
        r.ends(),
        r.since().toString());
  }
}
