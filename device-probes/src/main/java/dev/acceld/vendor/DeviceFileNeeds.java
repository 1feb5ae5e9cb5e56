package dev.acceld.vendor;

import dev.acceld.host.HostFs;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which device files the devices of a vendor need in a container. */
public interface DeviceFileNeeds {
  /** One file a device, under any name. */
  DeviceFileNeeds ONE_EACH =
      new DeviceFileNeeds() {
        @Override
        public Map<String, Set<String>> paths(HostFs container) {
          return Map.of();
        }

        @Override
        public int count(List<String> devices, Map<String, String> env) {
          return devices.size();
        }
      };

  /**
   * The device files of devices, as far as they can be told: a container sees the host's PCI bus in
   * its {@code /sys}, unless it has a kernel of its own.
   *
   * @param container its file system
   * @return paths by the published name of the device; a device that is missing here is unknown
   */
  Map<String, Set<String>> paths(HostFs container);

  /**
   * How many device files devices have together, as far as their names and the container's
   * environment tell; where they do not, the least that it can be.
   *
   * @param devices published names
   */
  int count(List<String> devices, Map<String, String> env);
}
