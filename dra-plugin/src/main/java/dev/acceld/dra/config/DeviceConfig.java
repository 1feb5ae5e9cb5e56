package dev.acceld.dra.config;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;

/**
 * One entry of opaque configuration, understood.
 *
 * @param kind what it is called in messages, {@code GpuConfig}
 * @param target the devices that it can be applied to
 * @param options what it says of how they are handed out; what it leaves open is empty
 */
public record DeviceConfig(String kind, Target target, AccessOptions options) {

  /** Which devices a kind of configuration is for. */
  public enum Target {
    /** GPUs of any vendor, and parts of them. */
    GPU,
    /** Whole GPUs. */
    WHOLE_GPU,
    /** MIG partitions. */
    MIG;

    /** Whether it is for that device. */
    public boolean takes(Device device) {
      return switch (this) {
        case GPU -> device.common().kind() == dev.acceld.device.Kind.GPU;
        case WHOLE_GPU -> device.type().equals("gpu");
        case MIG -> device.type().equals("mig");
      };
    }
  }

  /** Whether it is for that device. */
  public boolean takes(Device device) {
    return target.takes(device);
  }
}
