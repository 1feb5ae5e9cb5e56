package dev.acceld.dra.cdi;

import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One device of a CDI file: what a container gets when it asks for that name.
 *
 * @param name the part after {@code =} of the qualified name
 * @param edits device files, mounts and hooks in their order; environment variables are written in
 *     the order of their names
 */
public record CdiDevice(String name, ContainerAccess edits) {

  /** Checks; a device without any edit is refused, as runtimes do. */
  public CdiDevice {
    CdiNames.device(name);
    if (edits.isEmpty()) {
      throw new IllegalArgumentException("CDI device '" + name + "' has no container edits");
    }
    for (String variable : edits.env().keySet()) {
      if (variable.isEmpty() || variable.indexOf('=') >= 0) {
        throw new IllegalArgumentException("'" + variable + "' cannot be an environment variable");
      }
    }
  }

  /** One with device files and environment alone. */
  public CdiDevice(String name, List<DeviceFile> files, Map<String, String> env) {
    this(name, new ContainerAccess(files, env));
  }

  /** The environment by name, so that the same device is always written the same way. */
  TreeMap<String, String> sortedEnv() {
    return new TreeMap<>(edits.env());
  }
}
