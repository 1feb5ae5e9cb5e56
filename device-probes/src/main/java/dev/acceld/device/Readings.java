package dev.acceld.device;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * One sample of everything measurable, by device. What a device does not support has no entry:
 * missing is not zero.
 *
 * @param takenAt when the sample was complete
 * @param values by device
 */
public record Readings(Instant takenAt, Map<DeviceName, Sample> values) {

  /** Nothing measured yet. */
  public static final Readings EMPTY = new Readings(Instant.EPOCH, Map.of());

  /** Takes a copy. */
  public Readings {
    values = Map.copyOf(values);
  }

  /** Several probes' samples as one; the newest time counts. */
  public static Readings merge(Collection<Readings> parts) {
    Instant newest = Instant.EPOCH;
    Map<DeviceName, Sample> all = new HashMap<>();
    for (Readings part : parts) {
      newest = part.takenAt.isAfter(newest) ? part.takenAt : newest;
      all.putAll(part.values);
    }
    return new Readings(newest, all);
  }

  /** What was measured on that device; empty when nothing was. */
  public Sample of(DeviceName device) {
    return values.getOrDefault(device, Sample.EMPTY);
  }
}
