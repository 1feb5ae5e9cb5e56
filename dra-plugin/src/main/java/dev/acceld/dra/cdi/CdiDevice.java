package dev.acceld.dra.cdi;

import dev.acceld.device.DeviceFile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One device of a CDI file: what a container gets when it asks for that name.
 *
 * @param name the part after {@code =} of the qualified name
 * @param files character devices, in this order
 * @param env environment variables; written in the order of their names
 */
public record CdiDevice(String name, List<DeviceFile> files, Map<String, String> env) {

  /** Takes copies and checks; a device without any edit is refused, as runtimes do. */
  public CdiDevice {
    CdiNames.device(name);
    files = List.copyOf(files);
    env = Map.copyOf(env);
    if (files.isEmpty() && env.isEmpty()) {
      throw new IllegalArgumentException("CDI device '" + name + "' would edit nothing");
    }
    for (String variable : env.keySet()) {
      if (variable.isEmpty() || variable.indexOf('=') >= 0) {
        throw new IllegalArgumentException("'" + variable + "' cannot be an environment variable");
      }
    }
  }

  /** The environment by name, so that the same device is always written the same way. */
  TreeMap<String, String> sortedEnv() {
    return new TreeMap<>(env);
  }
}
