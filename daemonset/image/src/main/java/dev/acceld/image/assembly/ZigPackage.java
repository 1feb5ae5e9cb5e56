package dev.acceld.image.assembly;

import dev.acceld.image.ImageException;
import dev.acceld.image.tree.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The compiler of last resort: Clang and LLD as the Python package {@code ziglang} carries them,
 * fetched once by pip (80 MB), which checks the pinned digests.
 */
final class ZigPackage {
  private static final String VERSION = "0.13.0";

  /** Of the packages for Linux on x86-64 and on ARM. */
  private static final List<String> SHA256 =
      List.of(
          "3ce0c9f16547e5d61b32e0d226926e9a2552ef4b91fccf7ab5ea1a623a77824b",
          "5714a4d46f9246ba6180a0930e23df2bc8bc26e62b5fe0dc798b4afca1903308");

  private final Path cache;

  ZigPackage(Path cache) {
    this.cache = cache;
  }

  /**
   * The program.
   *
   * @throws ImageException there is no pip, or it cannot fetch
   */
  Path program() throws IOException {
    Path program = cache.resolve("zig-" + VERSION);
    if (Files.isExecutable(program)) {
      return program;
    }
    Files.createDirectories(cache);
    Path directory = Files.createTempDirectory(cache, "zig");
    try {
      unpack(fetch(directory), program);
    } finally {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
    return program;
  }

  private static Path fetch(Path directory) throws IOException {
    Path requirements = directory.resolve("requirements.txt");
    StringBuilder line = new StringBuilder("ziglang==" + VERSION);
    SHA256.forEach(digest -> line.append(" --hash=sha256:").append(digest));
    Files.writeString(requirements, line.append('\n'));
    Command.run(
        List.of(
            "python3",
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            "--requirement=" + requirements,
            "--dest=" + directory),
        Map.of(),
        "it was to fetch ziglang " + VERSION);
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .findFirst()
          .orElseThrow(() -> new ImageException("pip fetched no ziglang package"));
    }
  }

  private static void unpack(Path wheel, Path program) throws IOException {
    Path part = program.resolveSibling(program.getFileName() + ".part");
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry("ziglang/zig");
      if (entry == null) {
        throw new ImageException(wheel.getFileName() + " has no ziglang/zig");
      }
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(part, program, StandardCopyOption.ATOMIC_MOVE);
  }
}
