package dev.acceld.e2e.components;

import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The tool that makes Debian trees: this machine's, or one that apt downloads without installing
 * it.
 */
record Debootstrap(Path command, Path home, Path keyring) {
  private static final Path KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
  private static final Path INSTALLED_HOME = Path.of("/usr/share/debootstrap");

  /** Why there can be none here; empty when there can. */
  static Optional<String> obstacle() {
    if (Run.find("debootstrap").isPresent() && Files.exists(KEYS)) {
      return Optional.empty();
    }
    if (Run.find("apt-get").isPresent() && Run.find("dpkg-deb").isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        "debootstrap and Debian's keyring are needed to build the node's file system: install the"
            + " packages debootstrap and debian-archive-keyring");
  }

  static Debootstrap find(Cache cache) throws IOException {
    Path keyring =
        Files.exists(KEYS) ? KEYS : unpack(cache, "debian-archive-keyring").resolve("." + KEYS);
    Optional<Path> installed = Run.find("debootstrap");
    if (installed.isPresent()) {
      return new Debootstrap(installed.get(), INSTALLED_HOME, keyring);
    }
    Path unpacked = unpack(cache, "debootstrap");
    return new Debootstrap(
        unpacked.resolve("usr/sbin/debootstrap"), unpacked.resolve("." + INSTALLED_HOME), keyring);
  }

  /**
   * The script that makes a tree of Debian's newest releases. An older debootstrap has none under
   * the name of a release that is younger than itself; all recent releases share this one.
   */
  Path script() {
    return home.resolve("scripts").resolve("sid");
  }

  private static Path unpack(Cache cache, String name) throws IOException {
    Path directory = cache.root().resolve("packages").resolve(name);
    Run.of("rm", "-rf", directory.toString()).output();
    Files.createDirectories(directory);
    // apt fetches as its own user, who may not be allowed in here: let it stay root.
    Run download =
        Run.of("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", name).in(directory);
    if (!download.now().ok()) {
      Run.of("apt-get", "-q", "update").output();
      download.output();
    }
    try (Stream<Path> files = Files.list(directory)) {
      Path file = files.filter(f -> f.toString().endsWith(".deb")).findFirst().orElseThrow();
      Run.of("dpkg-deb", "-x", file.toString(), directory.toString()).output();
    }
    return directory;
  }
}
