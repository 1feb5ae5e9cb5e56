package dev.acceld.device;

import dev.acceld.device.process.DeviceProcess;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One sample of everything measurable, by device. What a device does not support has no entry:
 * missing is not zero.
 *
 * @param takenAt when the sample was complete
 * @param values by device
 * @param summaries what workloads tell of their work, by device
 * @param processes who uses each device; a device of which that is not known has no entry
 */
public record Readings(
    Instant takenAt,
    Map<DeviceName, Sample> values,
    Map<DeviceName, List<Summary>> summaries,
    Map<DeviceName, List<DeviceProcess>> processes) {

  /** Nothing measured yet. */
  public static final Readings EMPTY = new Readings(Instant.EPOCH, Map.of());

  /** Takes copies. */
  public Readings {
    values = Map.copyOf(values);
    summaries = Map.copyOf(summaries);
    processes = Map.copyOf(processes);
  }

  /** Without summaries and processes. */
  public Readings(Instant takenAt, Map<DeviceName, Sample> values) {
    this(takenAt, values, Map.of());
  }

  /** Without processes. */
  public Readings(
      Instant takenAt, Map<DeviceName, Sample> values, Map<DeviceName, List<Summary>> summaries) {
    this(takenAt, values, summaries, Map.of());
  }

  /** Several probes' samples as one; the newest time counts. */
  public static Readings merge(Collection<Readings> parts) {
    Instant newest = Instant.EPOCH;
    Map<DeviceName, Sample> all = new HashMap<>();
    Map<DeviceName, List<Summary>> summaries = new HashMap<>();
    Map<DeviceName, List<DeviceProcess>> processes = new HashMap<>();
    for (Readings part : parts) {
      newest = part.takenAt.isAfter(newest) ? part.takenAt : newest;
      all.putAll(part.values);
      summaries.putAll(part.summaries);
      processes.putAll(part.processes);
    }
    return new Readings(newest, all, summaries, processes);
  }

  /** What was measured on that device; empty when nothing was. */
  public Sample of(DeviceName device) {
    return values.getOrDefault(device, Sample.EMPTY);
  }

  /** What the workload on that device tells of its work; empty when it tells nothing. */
  public List<Summary> summariesOf(DeviceName device) {
    return summaries.getOrDefault(device, List.of());
  }

  /** Who uses that device; empty when that is not known. */
  public Optional<List<DeviceProcess>> processesOf(DeviceName device) {
    return Optional.ofNullable(processes.get(device));
  }
}
