package dev.acceld.agent.inside;

import dev.acceld.agent.inside.ContainerCheck.DeviceNode;
import dev.acceld.host.HostFs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Devices by what their names and their files look like. */
enum VendorVariables {
  /** {@code /dev/nvidiaN} for each GPU, and the control file. */
  NVIDIA("gpu-", "/dev/nvidiactl", List.of("/dev"), "nvidia\\d+|nvidiactl"),
  /** {@code /dev/vfio/N} for each chip, with the VFIO container, or {@code /dev/accelN} alone. */
  TPU("tpu-", "", List.of("/dev", "/dev/vfio"), "accel\\d+|\\d+|vfio");

  private static final Pattern NUMBERED = Pattern.compile(".*\\d");

  private final String prefix;
  private final String control;
  private final List<String> directories;
  private final Pattern names;

  VendorVariables(String prefix, String control, List<String> directories, String names) {
    this.prefix = prefix;
    this.control = control;
    this.directories = directories;
    this.names = Pattern.compile(names);
  }

  List<DeviceNode> files(HostFs container) {
    List<DeviceNode> found = new ArrayList<>();
    for (String directory : directories) {
      for (String name : container.names(directory)) {
        String path = directory + "/" + name;
        if (names.matcher(name).matches()) {
          container
              .node(path)
              .ifPresent(n -> found.add(new DeviceNode(path, n.major(), n.minor())));
        }
      }
    }
    return found;
  }

  /** What the devices of this family lack, if anything. */
  Optional<String> missing(List<String> devices, List<DeviceNode> files) {
    List<String> own = devices.stream().filter(d -> d.startsWith(prefix)).toList();
    if (own.isEmpty()) {
      return Optional.empty();
    }
    long each = files.stream().filter(f -> NUMBERED.matcher(f.path()).matches()).count();
    if (each < own.size()) {
      return Optional.of(
          "this container has %d devices (%s) but only %d device files of that kind; the container"
              + " runtime applied the claim's CDI file only partially; recreate the pod"
                  .formatted(own.size(), String.join(", ", own), each));
    }
    return control.isEmpty() || files.stream().anyMatch(f -> f.path().equals(control))
        ? Optional.empty()
        : Optional.of(
            control
                + " is missing, and the driver's library needs it; check that the driver is loaded"
                + " on the node");
  }
}
