package dev.acceld.probe.intel;

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

/** The nodes of GPUs in a container: a render node and a card node each. */
final class IntelFileNeeds implements DeviceFileNeeds {
  private static final int FILES_EACH = 2;

  private final Function<HostFs, List<Device>> discovery;

  /** With that look at a host. */
  IntelFileNeeds(Function<HostFs, List<Device>> discovery) {
    this.discovery = discovery;
  }

  @Override
  public Map<String, Set<String>> paths(HostFs container) {
    Map<String, Set<String>> paths = new HashMap<>();
    for (Device device : discovery.apply(container)) {
      if (!device.common().files().isEmpty()) {
        paths.put(
            device.name().value(),
            device.common().files().stream().map(DeviceFile::path).collect(Collectors.toSet()));
      }
    }
    return paths;
  }

  @Override
  public int count(List<String> devices, Map<String, String> env) {
    return FILES_EACH * devices.size();
  }
}
