package dev.acceld.probe;

import dev.acceld.device.ContainerAccess;
import dev.acceld.device.Device;
import java.util.List;

/**
 * Says what a container needs to use devices, besides each device's own files. Pure and quick: no
 * hardware is touched.
 */
@FunctionalInterface
public interface AccessPlanner {

  /**
   * For the devices of one request of a claim.
   *
   * @param devices at least one, in the order of the allocation; vendors may be mixed
   */
  ContainerAccess plan(List<Device> devices);
}
