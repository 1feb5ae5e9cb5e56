package dev.acceld.probe;

import java.util.Optional;

/**
 * A process that uses a device.
 *
 * @param pid as the host numbers it
 * @param command its name, {@code /proc/<pid>/comm}; empty when it is not told
 * @param podUid of the pod in whose cgroup it is
 */
public record DeviceUser(int pid, String command, Optional<String> podUid) {

  /** As a message names it. */
  public String describe() {
    return "process " + pid + (command.isEmpty() ? "" : " (" + command + ")");
  }
}
