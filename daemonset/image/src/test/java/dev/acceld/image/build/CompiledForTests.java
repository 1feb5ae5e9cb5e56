package dev.acceld.image.build;

import dev.acceld.image.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The image's programs in C, for tests in other packages. */
public final class CompiledForTests {
  private CompiledForTests() {}

  /** Compiles one for this machine into the directory and returns the program. */
  public static Path program(String source, Path directory, String... definitions)
      throws IOException {
    Path program = directory.resolve("bin").resolve(source.replace(".c", ""));
    new CProgram(Path.of("src/main/c").resolve(source), directory.resolve("cache"))
        .compile(Architecture.ofThisMachine(), program, List.of(definitions));
    return program;
  }
}
