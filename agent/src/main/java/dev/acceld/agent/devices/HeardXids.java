package dev.acceld.agent.devices;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import java.util.HashMap;
import java.util.Map;

/** Readings of GPUs whose XIDs NVML does not report, and the kernel's log does. */
final class HeardXids {
  private HeardXids() {}

  /** The same, with XIDs heard; the same object where they all were. */
  static Readings in(Readings readings) {
    Map<DeviceName, Sample> heard = new HashMap<>();
    readings
        .values()
        .forEach((device, sample) -> {
          if (sample.get(Metric.XID_HEARD) == 0) {
            heard.put(device, new Sample.Builder().putAll(sample).put(Metric.XID_HEARD, 1).build());
          }
        });
    if (heard.isEmpty()) {
      return readings;
    }
    Map<DeviceName, Sample> values = new HashMap<>(readings.values());
    values.putAll(heard);
    return new Readings(readings.takenAt(), values, readings.summaries(), readings.processes());
  }
}
