package dev.acceld.device.access;

import java.util.Optional;

/**
 * A character device that a container needs to use a device.
 *
 * @param path where the container finds it, such as {@code /dev/nvidia3}
 * @param number its major and minor number; with them the runtime needs no node on the host,
 *     without them it looks at {@code path} on the host
 */
public record DeviceFile(String path, Optional<Number> number) {

  /** Major and minor number of a character device. */
  public record Number(int major, int minor) {}

  /** A file with known numbers. */
  public static DeviceFile of(String path, int major, int minor) {
    return new DeviceFile(path, Optional.of(new Number(major, minor)));
  }

  /** A file whose numbers only the host's node tells. */
  public static DeviceFile onHost(String path) {
    return new DeviceFile(path, Optional.empty());
  }
}
