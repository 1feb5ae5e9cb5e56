package dev.acceld.device;

import java.util.Optional;

/**
 * A partition of an NVIDIA GPU.
 *
 * @param common what every device has
 * @param parent the published name of the whole GPU
 * @param parentUuid its UUID
 * @param model its product name
 * @param profile such as {@code 1g.10gb}; {@code 1c.3g.40gb} for a part of a GPU instance
 * @param shape where it is on the GPU
 * @param instance what it is in the driver; empty as long as it is only possible
 * @param memoryBytes memory in bytes
 * @param driverVersion the driver's version as the vendor writes it
 * @param onDemand whether it is made for a claim and unmade after
 */
public record MigDevice(
    DeviceCommon common,
    DeviceName parent,
    String parentUuid,
    String model,
    String profile,
    Shape shape,
    Optional<Instance> instance,
    long memoryBytes,
    String driverVersion,
    boolean onDemand)
    implements Device {

  /**
   * Where a GPU instance is.
   *
   * @param profileId NVML's id of the profile
   * @param start the first memory slice
   * @param size how many memory slices
   */
  public record Shape(int profileId, int start, int size) {}

  /**
   * A partition that exists.
   *
   * @param uuid {@code MIG-…}
   * @param gpuInstance the GPU instance's id
   * @param computeInstance the compute instance's id
   */
  public record Instance(String uuid, int gpuInstance, int computeInstance) {}

  /** The same as it is now in the driver, with its files. */
  public MigDevice made(DeviceCommon now, Instance as) {
    return new MigDevice(
        now,
        parent,
        parentUuid,
        model,
        profile,
        shape,
        Optional.of(as),
        memoryBytes,
        driverVersion,
        onDemand);
  }
}
