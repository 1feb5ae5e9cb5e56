package dev.acceld.device.access;

import java.util.List;

/**
 * A file of the host that a container gets to see.
 *
 * @param hostPath where it is on the host, as the container runtime sees it
 * @param containerPath where the container finds it
 * @param options of mount(8), a bind mount among them
 */
public record HostMount(String hostPath, String containerPath, List<String> options) {
  private static final List<String> FILE = List.of("ro", "nosuid", "nodev", "rbind", "rprivate");
  private static final List<String> SOCKET =
      List.of("nosuid", "nodev", "rbind", "rprivate", "noexec");

  private static final List<String> DATA =
      List.of("rw", "nosuid", "nodev", "noexec", "rbind", "rprivate");

  /** Takes a copy and checks that both paths are absolute. */
  public HostMount {
    options = List.copyOf(options);
    if (!hostPath.startsWith("/") || !containerPath.startsWith("/")) {
      throw new IllegalArgumentException(
          "a mount needs absolute paths, not " + hostPath + " and " + containerPath);
    }
  }

  /** Something that is only read or run. */
  public static HostMount readOnly(String hostPath, String containerPath) {
    return new HostMount(hostPath, containerPath, FILE);
  }

  /** A directory that is written to, and from which nothing is run. */
  public static HostMount writable(String hostPath, String containerPath) {
    return new HostMount(hostPath, containerPath, DATA);
  }

  /** A Unix socket, which must be writable to be connected to. */
  public static HostMount socket(String hostPath, String containerPath) {
    return new HostMount(hostPath, containerPath, SOCKET);
  }
}
