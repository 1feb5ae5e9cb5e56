package dev.acceld.vendor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a vendor's devices look like inside a container.
 *
 * @param namePrefix how the published names of its devices begin, {@code gpu-}
 * @param directories where its device files are, {@code /dev}
 * @param files the names of its device files in there; one that ends in a digit is a device
 * @param needs which of them its devices need
 * @param control a file without which no device works, {@code /dev/nvidiactl}
 */
public record ContainerDevices(
    String namePrefix,
    List<String> directories,
    Pattern files,
    DeviceFileNeeds needs,
    Optional<String> control) {

  /** Takes a copy. */
  public ContainerDevices {
    directories = List.copyOf(directories);
  }
}
