package dev.acceld.image.assembly;

import dev.acceld.image.Architecture;
import dev.acceld.tools.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** QEMU's user-mode emulation of arm64, for tests that run what was built for it. */
final class Emulator {
  /** Set by the Maven profile {@code arm64}. */
  private static final String WANTED = "acceld.emulate";

  private static final String MISSING =
      "SKIPPED, arm64 was not run: qemu-aarch64-static is missing (Debian: apt-get install"
          + " qemu-user-static)";
  private static final String REFUSED =
      "SKIPPED, the arm64 image was not run: this machine does not let a user namespace register an"
          + " emulator (it takes Linux 6.7 or newer with binfmt_misc, and user namespaces)";

  private Emulator() {}

  /** Whether this test run is the one for arm64. */
  static boolean wanted() {
    return Architecture.ARM64.debianName().equals(System.getProperty(WANTED));
  }

  /** The emulator; skips the test aloud where there is none. */
  static String program() {
    Optional<String> found = Run.find("qemu-aarch64-static").map(Path::toString);
    if (found.isEmpty()) {
      System.err.println(MISSING);
    }
    Assumptions.assumeTrue(found.isPresent(), MISSING);
    return found.orElseThrow();
  }

  /** The command line that runs a program of a file tree. */
  static List<String> command(Path root, Path scratch, String... program) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "bash",
                Path.of("src/test/sh/emulated.sh").toAbsolutePath().toString(),
                program(),
                root.toString(),
                scratch.toString()));
    command.addAll(List.of(program));
    return command;
  }

  /** Skips the test aloud where programs of a file tree cannot be run. */
  static void assumeTreesRun() {
    boolean runs =
        Run.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc")
            .tryOutput()
            .isPresent();
    if (!runs) {
      System.err.println(REFUSED);
    }
    Assumptions.assumeTrue(runs, REFUSED);
  }
}
