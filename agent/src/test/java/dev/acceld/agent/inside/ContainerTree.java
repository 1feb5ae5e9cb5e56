package dev.acceld.agent.inside;

import dev.acceld.host.HostFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * The files of a container. JUnit would warn of its links, which lead out of a test's directory.
 */
record ContainerTree(Path root) implements AutoCloseable {

  /** A real character device under that path. */
  void node(String path) throws IOException {
    link(path, Path.of("/dev/null"));
  }

  /** The host's {@code /sys}, which containers see. */
  void sysOf(Path host) throws IOException {
    link("/sys", host.resolve("sys"));
  }

  private void link(String path, Path to) throws IOException {
    Path file = file(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.createSymbolicLink(file, to);
  }

  void delete(String path) throws IOException {
    Files.delete(file(path));
  }

  /** Where a path of the container is. */
  Path file(String path) {
    return root.resolve(path.substring(1));
  }

  ContainerCheck look(Map<String, String> env) {
    return ContainerCheck.look(env, new HostFs(root));
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(file);
      }
    }
  }
}
