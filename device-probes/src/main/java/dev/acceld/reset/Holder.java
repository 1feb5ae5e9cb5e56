package dev.acceld.reset;

import java.util.Optional;

/**
 * A process that has a device open.
 *
 * @param pid as the host numbers it
 * @param command its name; empty when it is not told
 * @param podUid of the pod in whose control group it is
 * @param containerId of the container in whose control group it is
 * @param unit the systemd unit that it belongs to
 */
public record Holder(
    int pid,
    String command,
    Optional<String> podUid,
    Optional<String> containerId,
    Optional<String> unit) {

  /** As a message names it. */
  public String describe() {
    String of =
        podUid
            .map(uid ->
                " of the pod with UID "
                    + uid
                    + containerId.map(id -> ", container " + id.substring(0, 12)).orElse(""))
            .or(() -> unit.map(name -> " of " + name))
            .orElse("");
    return "process " + pid + (command.isEmpty() ? "" : " (" + command + ")") + of;
  }
}
