package dev.acceld.probe;

import dev.acceld.device.Device;
import java.util.List;

/**
 * What a probe found.
 *
 * @param devices in the order in which they should be offered
 * @param problems one sentence for each device that is there but cannot be offered, and why
 */
public record Discovery(List<Device> devices, List<String> problems) {

  /** Takes copies. */
  public Discovery {
    devices = List.copyOf(devices);
    problems = List.copyOf(problems);
  }
}
