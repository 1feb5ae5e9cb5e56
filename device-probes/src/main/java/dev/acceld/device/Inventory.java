package dev.acceld.device;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All devices of the node at one moment.
 *
 * @param takenAt when it was put together
 * @param devices every device known since this boot, ordered as they should be offered; a device
 *     that has vanished stays here with the last that was known of it
 * @param missing the names of those that are not there at the moment
 * @param probes how each probe is doing
 * @param whyMissing why devices that are missing are, where their probe says so: they are there,
 *     and do not work
 */
public record Inventory(
    Instant takenAt,
    List<Device> devices,
    Set<DeviceName> missing,
    List<ProbeStatus> probes,
    Map<DeviceName, String> whyMissing) {

  /** Nothing known yet. */
  public static final Inventory EMPTY =
      new Inventory(Instant.EPOCH, List.of(), Set.of(), List.of());

  /** Takes copies. */
  public Inventory {
    devices = List.copyOf(devices);
    missing = Set.copyOf(missing);
    probes = List.copyOf(probes);
    whyMissing = Map.copyOf(whyMissing);
  }

  /** What is missing is just not there. */
  public Inventory(
      Instant takenAt, List<Device> devices, Set<DeviceName> missing, List<ProbeStatus> probes) {
    this(takenAt, devices, missing, probes, Map.of());
  }

  /** The device of that name. */
  public Optional<Device> find(DeviceName name) {
    return devices.stream().filter(d -> d.name().equals(name)).findFirst();
  }

  /** How the probe of a device is doing; ready when nothing is known of it. */
  public ProbeStatus probeOf(Device device) {
    String name = device.common().vendor().probe();
    return probes.stream()
        .filter(probe -> probe.probe().equals(name))
        .findFirst()
        .orElseGet(() -> new ProbeStatus(name, ProbeStatus.State.READY, Instant.EPOCH, ""));
  }

  /**
   * Whether a probe is as it should be: it answers for all its devices, or waits for hardware of
   * which none has been seen since this boot. A driver that was there and has gone is not as it
   * should be.
   */
  public boolean inOrder(ProbeStatus probe) {
    return switch (probe.state()) {
      case READY -> probe.complete();
      case WAITING ->
          devices.stream().noneMatch(d -> d.common().vendor().probe().equals(probe.probe()));
      case STARTING, FAILED, HUNG -> false;
    };
  }

  /** True when the devices, and which are missing and why, are the same; time is not looked at. */
  public boolean sameDevices(Inventory other) {
    return devices.equals(other.devices)
        && missing.equals(other.missing)
        && whyMissing.equals(other.whyMissing);
  }
}
