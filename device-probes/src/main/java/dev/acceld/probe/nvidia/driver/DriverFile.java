package dev.acceld.probe.nvidia.driver;

import dev.acceld.device.access.DriverCapability;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * One file of the driver.
 *
 * @param path where containers get it: where it is below the driver's root
 * @param source the regular file itself below the driver's root, which may lie elsewhere
 * @param parts the parts of the user space that need it; empty for all
 * @param links other paths by which it must be found, each a link to it in the driver's root
 */
record DriverFile(String path, String source, Set<DriverCapability> parts, List<Link> links) {

  /**
   * A symbolic link.
   *
   * @param path where it is
   * @param target its text
   */
  record Link(String path, String target) {}

  DriverFile {
    parts = Set.copyOf(parts);
    links = List.copyOf(links);
  }

  DriverFile(String path, String source, Set<DriverCapability> parts) {
    this(path, source, parts, List.of());
  }

  boolean isFor(Set<DriverCapability> wanted) {
    return parts.isEmpty() || !Collections.disjoint(parts, wanted);
  }

  /** The last component of its path. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
