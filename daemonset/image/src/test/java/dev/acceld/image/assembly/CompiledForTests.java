package dev.acceld.image.assembly;

import dev.acceld.image.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The image's programs in C, for tests in other packages. */
public final class CompiledForTests {
  private CompiledForTests() {}

  /**
   * Compiles one, named below {@code daemonset}, into the directory and returns the program: for
   * this machine, or, in the Maven profile {@code arm64}, for that processor, to be run under
   * emulation.
   */
  public static Path program(String source, Path directory, String... definitions)
      throws IOException {
    Path file = Path.of("..").resolve(source);
    Path program =
        directory.resolve("bin").resolve(file.getFileName().toString().replace(".c", ""));
    CProgram compiler = new CProgram(file, directory.resolve("cache"));
    if (!Emulator.wanted()) {
      compiler.compile(Architecture.ofThisMachine(), program, List.of(definitions));
      return program;
    }
    String emulator = Emulator.program();
    Path foreign = program.resolveSibling(program.getFileName() + ".arm64");
    compiler.compile(Architecture.ARM64, foreign, List.of(definitions));
    Files.writeString(
        program, "#!/bin/sh\nexec '" + emulator + "' '" + foreign.toAbsolutePath() + "' \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }
}
