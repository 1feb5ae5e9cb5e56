package dev.acceld.probe.amd;

import dev.acceld.device.Device;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import java.util.List;
import java.util.Map;

/**
 * What a container needs for AMD's GPUs besides each GPU's own files below {@code /dev/dri}: the
 * file of the compute driver. It is one for all GPUs; what a process may use by it is decided by
 * the render nodes that it can open. So no variable is written, and none would keep a container
 * from a GPU: ROCm lists those whose render node is there. The user space comes with the image.
 */
final class AmdAccess implements AccessPlanner {
  private final HostFs host;

  AmdAccess(HostFs host) {
    this.host = host;
  }

  @Override
  public ContainerAccess plan(List<Device> devices, AccessOptions options)
      throws AccessRefusedException {
    if (devices.stream().noneMatch(d -> d.common().vendor().equals(Vendor.AMD))) {
      return ContainerAccess.NONE;
    }
    DeviceFile kfd =
        AmdFiles.kfd(host)
            .orElseThrow(() ->
                new AccessRefusedException(
                    "/dev/kfd is missing, without which nothing can compute on an AMD GPU; look"
                        + " for amdgpu in the kernel's log"));
    return new ContainerAccess(List.of(kfd), Map.of());
  }

  @Override
  public boolean dependsOnOthers(List<Device> devices) {
    return false;
  }
}
