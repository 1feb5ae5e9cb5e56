package dev.acceld.agent.inside;

import dev.acceld.agent.inside.ContainerCheck.DeviceNode;
import dev.acceld.host.HostFs;
import dev.acceld.vendor.ContainerDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The device files of one vendor in a container. */
final class VendorFiles {
  private static final Pattern NUMBERED = Pattern.compile(".*\\d");

  private static final String PARTIAL =
      "; the container runtime applied the claim's CDI file only partially; recreate the pod";

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

  /**
   * What the devices of this vendor lack, if anything.
   *
   * @param devices all devices of the container
   * @param files those that {@link #in} has found
   */
  Optional<String> missing(
      List<String> devices, List<DeviceNode> files, Map<String, String> env, HostFs container) {
    List<String> own = devices.stream().filter(d -> d.startsWith(vendor.namePrefix())).toList();
    if (own.isEmpty()) {
      return Optional.empty();
    }
    Set<String> there = files.stream().map(DeviceNode::path).collect(Collectors.toSet());
    Map<String, Set<String>> paths = vendor.needs().paths(container);
    Set<String> lacking = new TreeSet<>();
    for (String device : own) {
      paths.getOrDefault(device, Set.of()).stream()
          .filter(path -> !there.contains(path))
          .forEach(path -> lacking.add(path + " of " + device));
    }
    if (!lacking.isEmpty()) {
      return Optional.of(
          (lacking.size() == 1 ? "this device file is" : "these device files are")
              + " missing: "
              + String.join(", ", lacking)
              + PARTIAL);
    }
    long numbered = there.stream().filter(path -> NUMBERED.matcher(path).matches()).count();
    int count = vendor.needs().count(own, env);
    if (!paths.keySet().containsAll(own) && numbered < count) {
      return Optional.of(
          "this container has the "
              + (own.size() == 1 ? "device " : "devices ")
              + String.join(", ", own)
              + " with "
              + count
              + (count == 1 ? " device file" : " device files")
              + ", but only "
              + numbered
              + " of them"
              + PARTIAL);
    }
    return vendor
        .control()
        .filter(control -> !there.contains(control))
        .map(control ->
            control
                + " is missing, and the driver's library needs it; check that the driver is"
                + " loaded on the node");
  }
}
