package dev.acceld.device;

import java.util.List;
import java.util.Map;

/**
 * What a container needs besides each device's own files to use a set of devices of one vendor.
 *
 * @param files control devices that all of them share, such as {@code /dev/nvidiactl}
 * @param env environment that depends on the set
 */
public record ContainerAccess(List<DeviceFile> files, Map<String, String> env) {

  /** Nothing. */
  public static final ContainerAccess NONE = new ContainerAccess(List.of(), Map.of());

  /** Takes copies. */
  public ContainerAccess {
    files = List.copyOf(files);
    env = Map.copyOf(env);
  }
}
