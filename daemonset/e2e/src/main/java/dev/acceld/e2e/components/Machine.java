package dev.acceld.e2e.components;

import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether this machine can hold a cluster of ours. */
final class Machine {
  private static final List<String> TOOLS =
      List.of("unshare", "nsenter", "mount", "pivot_root", "mknod", "ip", "openssl");

  private Machine() {}

  static List<String> obstacles() {
    List<String> obstacles = new ArrayList<>();
    if (!System.getProperty("os.name").equals("Linux")) {
      obstacles.add(
          "a local cluster needs Linux; use another cluster with -Dacceld.e2e.kubeconfig=FILE");
      return obstacles;
    }
    if (!System.getProperty("user.name").equals("root")) {
      obstacles.add(
          "a local cluster needs root (namespaces, mounts, cgroups): run Maven as root, or use"
              + " another cluster with -Dacceld.e2e.kubeconfig=FILE");
    }
    for (String tool : TOOLS) {
      if (Run.find(tool).isEmpty()) {
        obstacles.add(
            "the command "
                + tool
                + " is missing (packages util-linux, coreutils, iproute2, openssl)");
      }
    }
    if (!Files.isDirectory(Path.of("/sys/fs/cgroup/memory"))) {
      obstacles.add(
          "cgroup v1 controllers are needed below /sys/fs/cgroup; on a machine with only cgroup"
              + " v2, use another cluster with -Dacceld.e2e.kubeconfig=FILE");
    } else if (!Files.isWritable(Path.of("/sys/fs/cgroup/memory"))) {
      obstacles.add(
          "/sys/fs/cgroup is read-only: run in a privileged container, or outside of a container");
    }
    if (Files.isReadable(Path.of("/proc/filesystems")) && !overlay()) {
      obstacles.add("the kernel has no overlay file system (modprobe overlay)");
    }
    return obstacles;
  }

  private static boolean overlay() {
    try {
      return Files.readString(Path.of("/proc/filesystems")).contains("overlay");
    } catch (IOException e) {
      return true;
    }
  }
}
