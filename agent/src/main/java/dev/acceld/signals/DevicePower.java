package dev.acceld.signals;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.usage.DeviceLoad;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The power of devices; a partition, which measures none, has the part of its GPU's that is its.
 */
final class DevicePower {
  private final Map<DeviceName, Double> watts = new HashMap<>();

  DevicePower(List<DeviceSnapshot> devices) {
    for (DeviceSnapshot device : devices) {
      watts.put(device.device().name(), device.readings().get(Metric.POWER));
    }
  }

  /** In watts; NaN where nobody can tell. */
  double of(DeviceSnapshot device) {
    double own = watts.getOrDefault(device.device().name(), Double.NaN);
    return Double.isNaN(own) && device.device() instanceof MigDevice part
        ? watts.getOrDefault(part.parent(), Double.NaN) * DeviceLoad.shareOfWhole(device)
        : own;
  }
}
