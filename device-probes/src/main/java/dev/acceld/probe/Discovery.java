package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import java.util.List;
import java.util.Map;

/**
 * What a probe found.
 *
 * @param devices in the order in which they should be offered; also those that are there without
 *     being usable, as far as anything is known of them
 * @param problems one sentence for each thing that is wrong: a device that is there but cannot be
 *     offered, or of which something cannot be learned
 * @param unusable devices that are there but cannot be used, and why: of this discovery, or of an
 *     earlier one if they are not among the devices
 */
public record Discovery(
    List<Device> devices, List<String> problems, Map<DeviceName, String> unusable) {

  /** Takes copies. */
  public Discovery {
    devices = List.copyOf(devices);
    problems = List.copyOf(problems);
    unusable = Map.copyOf(unusable);
  }

  /** All of them can be used. */
  public Discovery(List<Device> devices, List<String> problems) {
    this(devices, problems, Map.of());
  }
}
