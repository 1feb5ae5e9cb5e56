package dev.acceld.probe.amd;

import dev.acceld.device.Device;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.vendor.DeviceFileNeeds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The files of GPUs below {@code /dev/dri} in a container. */
final class AmdFileNeeds implements DeviceFileNeeds {
  private final Function<HostFs, List<Device>> discovery;

  /**
   * With that look at a host.
   *
   * @param discovery finds GPUs
   */
  AmdFileNeeds(Function<HostFs, List<Device>> discovery) {
    this.discovery = discovery;
  }

  @Override
  public Map<String, Set<String>> paths(HostFs container) {
    Map<String, Set<String>> paths = new HashMap<>();
    for (Device device : discovery.apply(container)) {
      Set<String> own =
          device.common().files().stream().map(DeviceFile::path).collect(Collectors.toSet());
      if (!own.isEmpty()) {
        paths.put(device.name().value(), own);
      }
    }
    return paths;
  }

  /** A render node and a card; a driver without display may have no card, so one is enough. */
  @Override
  public int count(List<String> devices, Map<String, String> env) {
    return devices.size();
  }
}
