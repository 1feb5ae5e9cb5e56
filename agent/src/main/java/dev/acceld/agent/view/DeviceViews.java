package dev.acceld.agent.view;

import dev.acceld.agent.view.DeviceView.ReasonView;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Readings;
import dev.acceld.device.TpuChip;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.health.Findings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts the agent's snapshots together, device by device. */
public final class DeviceViews {
  private DeviceViews() {}

  /**
   * All devices that there are, in the order in which they are offered; of those that are made on
   * demand the ones that a claim has.
   */
  public static List<DeviceView> of(
      Inventory inventory,
      Readings readings,
      Map<DeviceName, HealthReport> health,
      Map<DeviceName, Map<Long, Long>> xids,
      List<PreparedClaim> claims) {
    Map<String, List<String>> holders = new HashMap<>();
    for (PreparedClaim claim : claims) {
      claim
          .devices()
          .forEach(d ->
              holders
                  .computeIfAbsent(d.device(), k -> new ArrayList<>())
                  .add(claim.claim().path()));
    }
    Map<DeviceName, String> aliases = Aliases.of(inventory.devices());
    return inventory.devices().stream()
        .filter(d -> !d.possibleOnly() || holders.containsKey(d.name().value()))
        .map(d ->
            view(
                d,
                aliases.get(d.name()),
                !inventory.missing().contains(d.name()),
                readings,
                health.get(d.name()),
                xids.getOrDefault(d.name(), Map.of()),
                holders.getOrDefault(d.name().value(), List.of())))
        .toList();
  }

  private static DeviceView view(
      Device device,
      @Nullable String alias,
      boolean present,
      Readings readings,
      @Nullable HealthReport report,
      Map<Long, Long> xids,
      List<String> claims) {
    DeviceCommon c = device.common();
    return new DeviceView(
        c.name().value(),
        alias,
        c.type(),
        c.kind().id(),
        c.vendor().id(),
        switch (device) {
          case Gpu gpu -> gpu.model();
          case MigDevice mig -> mig.model() + " MIG " + mig.profile();
          case TpuChip chip -> "Google TPU " + chip.generation();
        },
        switch (device) {
          case Gpu gpu -> gpu.uuid();
          case MigDevice mig -> mig.instance().map(MigDevice.Instance::uuid).orElse(null);
          case TpuChip chip -> null;
        },
        c.pci().map(PciAddress::toString).orElse(null),
        c.pcieRoot().orElse(null),
        c.numaNode().isPresent() ? c.numaNode().getAsInt() : null,
        c.capacities().containsKey("memory") ? c.capacities().get("memory").amount() : null,
        c.files().stream().map(DeviceFile::path).toList(),
        present,
        report == null ? "unknown" : report.state().name().toLowerCase(Locale.ROOT),
        report == null ? List.of() : report.reasons().stream().map(DeviceViews::reason).toList(),
        Findings.of(readings.of(device.name()), xids),
        readings(readings, device),
        claims);
  }

  private static Map<String, Number> readings(Readings readings, Device device) {
    Map<String, Number> byName = new TreeMap<>();
    readings.of(device.name()).visit((m, part, value) -> byName.put(m.id(part), number(value)));
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

  private static ReasonView reason(HealthReport.Reason r) {
    return new ReasonView(
        r.code(), r.value(), r.message(), r.action().describe(), r.since().toString());
  }
}
