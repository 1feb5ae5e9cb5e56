package dev.acceld.vendor;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;

/** A kind of opaque configuration that DeviceClasses and ResourceClaims may carry. */
public interface ConfigKind {

  /** API group and version, {@code gpu.acceld.dev/v1alpha1}. */
  String group();

  /** The kind, {@code GpuConfig}. */
  String kind();

  /** Whether it can be applied to that device. */
  boolean takes(Device device);

  /**
   * Reads the members besides {@code apiVersion} and {@code kind}. A member that nobody asks for is
   * refused by the caller.
   *
   * @throws InvalidConfigException naming the member and what is wrong
   */
  AccessOptions read(ConfigFields fields) throws InvalidConfigException;
}
