package dev.acceld.vendor;

import dev.acceld.device.Vendor;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where programs that use a vendor's devices write logs, and the directory of the host in which
 * each claim gets a directory for them.
 *
 * @param vendor of the devices
 * @param directory on the host, absolute; the agent sees it at the same path. Never made by it
 * @param inContainer where a container sees the directory of its claim, absolute
 * @param keep how many directories stay after their claims; 0: none
 * @param keepFor for how long they stay at most
 * @param setting names the directory, as a user writes it: {@code --x-log-dir}
 */
public record LogPlace(
    Vendor vendor, Path directory, String inContainer, int keep, Duration keepFor, String setting) {

  /** Checks the paths. */
  public LogPlace {
    if (!directory.isAbsolute() || directory.getNameCount() == 0 || !inContainer.startsWith("/")) {
      throw new IllegalArgumentException(
          "'" + directory + "' must be an absolute path and not the root directory");
    }
  }
}
