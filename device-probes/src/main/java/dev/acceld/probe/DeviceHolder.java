package dev.acceld.probe;

import dev.acceld.device.DeviceName;
import java.util.List;

/**
 * A claim that holds devices of this node.
 *
 * @param claim namespace and name, for messages
 * @param uid the claim's
 * @param devices what it holds, in the order of the allocation
 */
public record DeviceHolder(String claim, String uid, List<DeviceName> devices) {

  /** Takes a copy. */
  public DeviceHolder {
    devices = List.copyOf(devices);
  }
}
