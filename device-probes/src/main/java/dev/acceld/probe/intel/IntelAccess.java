package dev.acceld.probe.intel;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.probe.AccessPlanner;
import java.util.List;

/**
 * What a container needs for Intel GPUs besides their own nodes: nothing. Programs find the nodes
 * below {@code /dev/dri} and bring the user-space driver (Level Zero, OpenCL) in their image; what
 * they must not use is not in the container.
 */
final class IntelAccess implements AccessPlanner {
  IntelAccess() {}

  @Override
  public ContainerAccess plan(List<Device> devices, AccessOptions options) {
    return ContainerAccess.NONE;
  }

  @Override
  public boolean dependsOnOthers(List<Device> devices) {
    return false;
  }
}
