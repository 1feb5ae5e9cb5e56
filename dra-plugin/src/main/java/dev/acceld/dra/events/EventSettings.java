package dev.acceld.dra.events;

import java.nio.file.Path;

/**
 * Settings of {@link FaultEvents}.
 *
 * @param driver the driver's name, which reports
 * @param node the Node's name
 * @param memory the file with what was told
 * @param lock the lock of the one process of the node that tells
 */
public record EventSettings(String driver, String node, Path memory, Path lock) {

  /** Below that state directory. */
  public static EventSettings in(Path stateDir, String driver, String node) {
    return new EventSettings(
        driver,
        node,
        stateDir.resolve("events.json"),
        stateDir.resolve("locks").resolve("events.lock"));
  }
}
