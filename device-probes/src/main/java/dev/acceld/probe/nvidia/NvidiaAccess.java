package dev.acceld.probe.nvidia;

import dev.acceld.device.ContainerAccess;
import dev.acceld.device.Device;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessPlanner;
import java.util.List;
import java.util.Map;

/**
 * What a container needs besides {@code /dev/nvidiaN}: the control files, and a word to NVIDIA's
 * older runtime hook that it must not inject anything of its own. Reads {@code /proc/devices} and
 * looks at four nodes; any thread.
 */
public final class NvidiaAccess implements AccessPlanner {
  private static final Map<String, String> ENV = Map.of("NVIDIA_VISIBLE_DEVICES", "void");

  private final NvidiaFiles files;

  /** With the files of that host. */
  public NvidiaAccess(HostFs host) {
    files = new NvidiaFiles(host);
  }

  @Override
  public ContainerAccess plan(List<Device> devices) {
    for (Device device : devices) {
      if (device.common().vendor() == Vendor.NVIDIA) {
        // Read each time: the uvm module is loaded by the first user of CUDA, maybe after us.
        return new ContainerAccess(files.shared(), ENV);
      }
    }
    return ContainerAccess.NONE;
  }
}
