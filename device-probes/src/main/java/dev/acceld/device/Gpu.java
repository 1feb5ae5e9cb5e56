package dev.acceld.device;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A whole GPU.
 *
 * @param common what every device has
 * @param uuid the vendor's unique id, {@code GPU-…} for NVIDIA and AMD; empty when it is not known
 * @param model the product name, such as {@code NVIDIA H100 80GB HBM3}
 * @param serial the board's serial number, where the driver tells it
 * @param index how the vendor's tools number it today; it changes over reboots
 * @param minor the N of {@code /dev/nvidiaN} today; empty for other vendors
 * @param memoryBytes total memory in bytes; 0 when it is not known
 * @param driverVersion the driver's version as the vendor writes it; empty when it is not known
 */
public record Gpu(
    DeviceCommon common,
    String uuid,
    String model,
    Optional<String> serial,
    OptionalInt index,
    OptionalInt minor,
    long memoryBytes,
    String driverVersion)
    implements Device {

  /** The same with something of {@link DeviceCommon} changed. */
  public Gpu with(DeviceCommon other) {
    return new Gpu(other, uuid, model, serial, index, minor, memoryBytes, driverVersion);
  }
}
