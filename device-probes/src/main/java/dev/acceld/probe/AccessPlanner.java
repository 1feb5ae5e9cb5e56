package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.vendor.ConfigKind;
import java.util.List;

/**
 * Says what a container needs to use devices, besides each device's own files. It looks at files of
 * the host and asks no device; any thread.
 */
@FunctionalInterface
public interface AccessPlanner {

  /**
   * For the devices of one request of a claim. Mounts and hooks depend on the devices' vendors, the
   * options and the host alone, and not on which devices these are: claims share them.
   *
   * @param devices at least one, in the order of the allocation; vendors may be mixed
   * @param options what the claim wants
   * @throws AccessRefusedException when the devices could not be used, because the host lacks
   *     something
   */
  ContainerAccess plan(List<Device> devices, AccessOptions options) throws AccessRefusedException;

  /** The kinds of opaque configuration from which a claim's options are read. */
  default List<ConfigKind> configKinds() {
    return List.of();
  }

  /**
   * Whether the environment for devices depends on which other devices their containers, or others
   * of the same pod, have.
   */
  default boolean dependsOnOthers(List<Device> devices) {
    return true;
  }
}
