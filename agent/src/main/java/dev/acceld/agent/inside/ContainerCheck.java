package dev.acceld.agent.inside;

import dev.acceld.host.HostFs;
import dev.acceld.probe.VendorModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The devices that a container was promised and those that it got.
 *
 * @param devices the published names of its devices, from {@code ACCELD_DEVICE_*}
 * @param files the device files of accelerators that are there
 * @param problems what is wrong, each with its remedy; empty when all is well
 */
public record ContainerCheck(List<String> devices, List<DeviceNode> files, List<String> problems) {
  private static final String VARIABLE = "ACCELD_DEVICE_";
  private static final String CDI_OFF =
      "The container runtime did not apply the claim's CDI devices. Check that this container lists"
          + " its claim (resources.claims). If it does, CDI is disabled in the runtime, or the"
          + " runtime does not read the directory that the agent writes to (--cdi-dir,"
          + " /var/run/cdi). In containerd 1.7, CDI is disabled unless /etc/containerd/config.toml"
          + " contains, under [plugins.\"io.containerd.grpc.v1.cri\"], enable_cdi = true and"
          + " cdi_spec_dirs = [\"/etc/cdi\", \"/var/run/cdi\"]; restart containerd after the"
          + " change. containerd 2 and CRI-O enable CDI by default.";

  /** Takes copies. */
  public ContainerCheck {
    devices = List.copyOf(devices);
    files = List.copyOf(files);
    problems = List.copyOf(problems);
  }

  /** A character device of the container. */
  public record DeviceNode(String path, int major, int minor) {}

  /**
   * Looks around; opens nothing, so that simulated devices pass too.
   *
   * @param env the container's environment
   * @param container its file system
   */
  public static ContainerCheck look(Map<String, String> env, HostFs container) {
    List<String> devices = new ArrayList<>();
    new TreeMap<>(env)
        .forEach((name, value) -> {
          if (name.startsWith(VARIABLE)) {
            devices.add(value);
          }
        });
    List<DeviceNode> files = new ArrayList<>();
    List<String> partial = new ArrayList<>();
    for (VendorModule module : VendorModule.all()) {
      VendorFiles vendor = new VendorFiles(module.inContainer());
      List<DeviceNode> own = vendor.in(container);
      files.addAll(own);
      vendor.missing(devices, own, env, container).ifPresent(partial::add);
    }
    if (devices.isEmpty()) {
      return new ContainerCheck(
          devices, files, List.of("no variable " + VARIABLE + "… is set here. " + CDI_OFF));
    } else if (files.isEmpty()) {
      String none = "no device file of " + String.join(", ", devices) + " is here. ";
      return new ContainerCheck(devices, files, List.of(none + CDI_OFF));
    }
    return new ContainerCheck(devices, files, partial);
  }
}
