package dev.acceld.dra.config;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.vendor.ConfigKind;

/**
 * One entry of opaque configuration, understood.
 *
 * @param kind what kind it is of
 * @param options what it says of how devices are handed out; what it leaves open is empty
 */
public record DeviceConfig(ConfigKind kind, AccessOptions options) {

  /** Whether it is for that device. */
  public boolean takes(Device device) {
    return kind.takes(device);
  }
}
