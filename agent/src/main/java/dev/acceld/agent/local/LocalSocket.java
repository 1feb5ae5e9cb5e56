package dev.acceld.agent.local;

import java.nio.file.Path;

/** Where the local sockets of the agents of one state directory are. */
final class LocalSocket {
  /** What fits into {@code sun_path} on Linux, without its closing zero. */
  static final int PATH_LIMIT = 107;

  private LocalSocket() {}

  static Path directory(Path stateDir) {
    return stateDir.resolve("run");
  }

  static Path of(Path stateDir, String instance) {
    return directory(stateDir).resolve(instance + ".sock");
  }

  /** The link to the newest instance's socket. */
  static Path newest(Path stateDir) {
    return directory(stateDir).resolve("acceld.sock");
  }
}
