package dev.acceld.snapshot;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.host.HostProcess;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRulebook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes snapshots of the node. Any thread; touches no hardware and no API server. */
public final class NodeSnapshots {
  /** What the sources are called when one of them fails. */
  public static final List<String> SOURCES =
      List.of(
          "inventory", "readings", "ages", "health", "claims", "containers", "faults", "processes");

  private final SnapshotSources sources;
  private final BiConsumer<String, RuntimeException> onFailure;
  private long taken; // under the lock of this

  /**
   * Of those sources.
   *
   * @param onFailure told which of {@link #SOURCES} failed, and why
   */
  public NodeSnapshots(SnapshotSources sources, BiConsumer<String, RuntimeException> onFailure) {
    this.sources = sources;
    this.onFailure = onFailure;
  }

  /** The node as it is now, without processes. */
  public NodeSnapshot take() {
    return take(false);
  }

  /** The same with the processes that use each device: some small files of the host's are read. */
  public NodeSnapshot takeWithProcesses() {
    return take(true);
  }

  private NodeSnapshot take(boolean withProcesses) {
    Inventory inventory = ask("inventory", sources.inventory(), Inventory.EMPTY);
    Dated dated = readings();
    Map<DeviceName, HealthReport> health = ask("health", sources.health(), Map.of());
    Map<DeviceName, Map<FaultCode, Long>> faults = ask("faults", sources.faults(), Map.of());
    Optional<List<PreparedClaim>> claims =
        Optional.ofNullable(askOrNull("claims", sources.claims()));
    ContainerUses containers = ask("containers", sources.containers(), ContainerUses.NONE);
    Map<String, Duration> ages = ask("ages", sources.readingsAges(), Map.of());
    HealthRulebook rules = ask("rules", sources.rules(), new HealthRulebook(Map.of()));

    Map<DeviceName, DeviceProcesses> processes =
        withProcesses ? processes(dated.readings(), claims, inventory.devices()) : Map.of();
    Map<DeviceName, Gpu> gpus = new HashMap<>();
    for (Device device : inventory.devices()) {
      if (device instanceof Gpu gpu) {
        gpus.put(gpu.name(), gpu);
      }
    }
    Holders holders = Holders.of(claims.orElse(List.of()), inventory.devices());
    List<DeviceSnapshot> devices = new ArrayList<>(inventory.devices().size());
    for (Device device : inventory.devices()) {
      DeviceName name = device.name();
      List<Holder> own = holders.holders(name);
      if (device.group() || (device.onDemandUnrealized() && own.isEmpty())) {
        continue; // nothing that could have a reading, and there may be hundreds
      }
      boolean present = !inventory.missing().contains(name);
      devices.add(
          new DeviceSnapshot(
              device,
              device instanceof MigDevice part
                  ? Optional.ofNullable(gpus.get(part.parent()))
                  : Optional.empty(),
              present,
              present ? dated.readings().of(name) : Sample.EMPTY,
              present ? dated.readings().summariesOf(name) : List.of(),
              Optional.ofNullable(health.get(name)),
              faults.getOrDefault(name, Map.of()),
              rules.of(device.common().vendor()),
              own,
              Optional.ofNullable(present ? processes.get(name) : null)));
    }
    return new NodeSnapshot(
        dated.order(),
        List.copyOf(devices),
        inventory.probes(),
        claims,
        containers,
        ages,
        groups(inventory.devices(), claims.orElse(List.of()), containers));
  }

  /** Of the groups, of which there may be hundreds, those that somebody has. */
  private static Map<String, List<String>> groups(
      List<Device> devices, List<PreparedClaim> claims, ContainerUses containers) {
    Set<String> had = new HashSet<>();
    claims.forEach(claim -> claim.devices().forEach(device -> had.add(device.device())));
    containers.plugins().forEach(given -> had.add(given.device().value()));
    Map<String, List<String>> groups = Holders.members(devices);
    groups.keySet().retainAll(had);
    return Map.copyOf(groups);
  }

  private Map<DeviceName, DeviceProcesses> processes(
      Readings readings, Optional<List<PreparedClaim>> claims, List<Device> devices) {
    Set<Integer> pids = new HashSet<>();
    readings
        .processes()
        .values()
        .forEach(all -> DeviceProcesses.largest(all).forEach(each -> pids.add(each.pid())));
    Duration age = Duration.between(readings.takenAt(), Instant.now());
    Map<Integer, HostProcess> known =
        ask("processes", () -> sources.processes().look(pids, age), Map.of());
    ProcessOwners owners = new ProcessOwners(claims, devices);
    Map<DeviceName, DeviceProcesses> processes = new HashMap<>();
    readings
        .processes()
        .forEach((device, all) ->
            processes.put(
                device,
                DeviceProcesses.of(
                    DeviceProcesses.largest(all).stream()
                        .filter(each -> !hasEnded(each, known.get(each.pid())))
                        .map(each -> owners.of(device, each, known.get(each.pid())))
                        .toList(),
                    all)));
    return processes;
  }

  /** Of a process whose start is known it is certain whether it still runs. */
  private boolean hasEnded(DeviceProcess process, @Nullable HostProcess host) {
    return process.startTicks().isPresent()
        && sources.processes().sees()
        && (host == null || host.startTicks() != process.startTicks().getAsLong());
  }

  private record Dated(long order, Readings readings) {}

  /** One after the other, so that the order of the snapshots is that of their readings. */
  private synchronized Dated readings() {
    return new Dated(++taken, ask("readings", sources.readings(), Readings.EMPTY));
  }

  private <T> T ask(String what, Supplier<T> source, T otherwise) {
    T answer = askOrNull(what, source);
    return answer == null ? otherwise : answer;
  }

  private <T> @Nullable T askOrNull(String what, Supplier<T> source) {
    try {
      return source.get();
    } catch (RuntimeException e) {
      onFailure.accept(what, e);
      return null;
    }
  }
}
