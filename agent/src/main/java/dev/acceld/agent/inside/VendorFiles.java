package dev.acceld.agent.inside;

import dev.acceld.agent.inside.ContainerCheck.DeviceNode;
import dev.acceld.host.HostFs;
import dev.acceld.vendor.ContainerDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The device files of one vendor in a container. */
final class VendorFiles {
  private static final Pattern NUMBERED = Pattern.compile(".*\\d");

  private final ContainerDevices vendor;

  VendorFiles(ContainerDevices vendor) {
    this.vendor = vendor;
  }

  List<DeviceNode> in(HostFs container) {
    List<DeviceNode> found = new ArrayList<>();
    for (String directory : vendor.directories()) {
      for (String name : container.names(directory)) {
        String path = directory + "/" + name;
        if (vendor.files().matcher(name).matches()) {
          container
              .node(path)
              .ifPresent(n -> found.add(new DeviceNode(path, n.major(), n.minor())));
        }
      }
    }
    return found;
  }

  /** What the devices of this vendor lack, if anything. */
  Optional<String> missing(List<String> devices, List<DeviceNode> files) {
    List<String> own = devices.stream().filter(d -> d.startsWith(vendor.namePrefix())).toList();
    if (own.isEmpty()) {
      return Optional.empty();
    }
    long each = files.stream().filter(f -> NUMBERED.matcher(f.path()).matches()).count();
    if (each < own.size()) {
      return Optional.of(
          "this container has "
              + own.size()
              + " devices ("
              + String.join(", ", own)
              + ") but only "
              + each
              + " device files of that kind; the container runtime applied the claim's CDI file only"
              + " partially; recreate the pod");
    }
    return vendor
        .control()
        .filter(control -> files.stream().noneMatch(f -> f.path().equals(control)))
        .map(control ->
            control
                + " is missing, and the driver's library needs it; check that the driver is"
                + " loaded on the node");
  }
}
