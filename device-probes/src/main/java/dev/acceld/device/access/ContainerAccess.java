package dev.acceld.device.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a container needs besides each device's own files to use a set of devices of one vendor.
 *
 * @param files control devices that all of them share, such as {@code /dev/nvidiactl}
 * @param env environment that depends on the set
 * @param mounts files of the host, such as the driver's libraries
 * @param hooks run in this order when the container is made
 */
public record ContainerAccess(
    List<DeviceFile> files,
    Map<String, String> env,
    List<HostMount> mounts,
    List<ContainerHook> hooks) {

  /** Nothing. */
  public static final ContainerAccess NONE = new ContainerAccess(List.of(), Map.of());

  /** Takes copies. */
  public ContainerAccess {
    files = List.copyOf(files);
    env = Map.copyOf(env);
    mounts = List.copyOf(mounts);
    hooks = List.copyOf(hooks);
  }

  /** Device files and environment alone. */
  public ContainerAccess(List<DeviceFile> files, Map<String, String> env) {
    this(files, env, List.of(), List.of());
  }

  /** The same with more mounts. */
  public ContainerAccess with(List<HostMount> more) {
    List<HostMount> all = new ArrayList<>(mounts);
    all.addAll(more);
    return new ContainerAccess(files, env, all, hooks);
  }

  /** True when a container would get nothing of it. */
  public boolean isEmpty() {
    return files.isEmpty() && env.isEmpty() && mounts.isEmpty() && hooks.isEmpty();
  }
}
