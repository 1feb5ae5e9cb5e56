package dev.acceld.image.assembly;

import dev.acceld.image.Architecture;
import dev.acceld.image.ImageException;
import dev.acceld.image.tree.Command;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A program of one C file that needs no library, so that any C compiler will do. */
final class CProgram {
  private static final List<String> COMPILE =
      List.of(
          "-std=gnu11",
          "-Os",
          "-Wall",
          "-Wextra",
          "-ffreestanding",
          "-fno-builtin",
          "-fno-stack-protector",
          "-fno-asynchronous-unwind-tables",
          "-fno-pie");

  private static final List<String> LINK =
      List.of(
          "-no-pie",
          "-static",
          "-nostdlib",
          "-Wl,--build-id=none",
          "-Wl,-z,noexecstack",
          "-Wl,-z,max-page-size=65536", // of the largest pages that arm64 kernels have
          "-Wl,-s");

  private final Path source;
  private final Path cache;

  /** From that file; a compiler that has to be fetched is kept in the cache. */
  CProgram(Path source, Path cache) {
    this.source = source;
    this.cache = cache;
  }

  /**
   * Compiles it.
   *
   * @param definitions such as {@code -DACCELD_HOME="/somewhere"}
   * @throws ImageException there is no compiler for that processor, with the ways to get one
   */
  void compile(Architecture architecture, Path program, List<String> definitions)
      throws IOException {
    Files.createDirectories(program.getParent());
    Optional<List<String>> compiler = compiler(architecture);
    if (compiler.isEmpty()) {
      withZig(architecture, program, definitions);
      return;
    }
    List<String> command = new ArrayList<>(compiler.get());
    command.addAll(COMPILE);
    command.addAll(LINK);
    command.addAll(definitions);
    command.addAll(List.of("-o", program.toString(), source.toString()));
    Command.run(command, Map.of(), "it has to compile " + source);
  }

  /** This machine's own compiler, or one on it that crosses. */
  private static Optional<List<String>> compiler(Architecture architecture) {
    Optional<String> given = Optional.ofNullable(System.getenv(variable(architecture)));
    if (given.isPresent()) {
      return Optional.of(List.of(given.get().strip().split("\\s+")));
    }
    if (architecture == Architecture.ofThisMachine()) {
      return Optional.of(List.of(Optional.ofNullable(System.getenv("CC")).orElse("cc")));
    }
    String gcc = architecture.machineName() + "-linux-gnu-gcc";
    if (Run.exists(gcc)) {
      return Optional.of(List.of(gcc));
    }
    if (Run.exists("clang") && Run.exists("ld.lld")) {
      return Optional.of(
          List.of(
              "clang", "--target=" + architecture.machineName() + "-linux-gnu", "-fuse-ld=lld"));
    }
    return Optional.empty();
  }

  /** Zig's package brings Clang and a linker for all processors in one program. */
  private void withZig(Architecture architecture, Path program, List<String> definitions)
      throws IOException {
    String zig;
    try {
      zig = new ZigPackage(cache).program().toString();
    } catch (ImageException e) {
      throw new ImageException(
          "no C compiler for "
              + architecture.debianName()
              + ": install "
              + architecture.machineName().replace('_', '-')
              + "-linux-gnu-gcc, or clang with lld, or set one in "
              + variable(architecture)
              + " ("
              + e.getMessage()
              + ")",
          e);
    }
    Path object = Files.createTempFile("program", ".o");
    try {
      List<String> compile = new ArrayList<>();
      compile.addAll(
          List.of(zig, "clang", "--target=" + architecture.machineName() + "-linux-gnu"));
      compile.addAll(COMPILE);
      compile.addAll(definitions);
      compile.addAll(List.of("-c", "-o", object.toString(), source.toString()));
      Command.run(compile, Map.of(), "it has to compile " + source);
      Command.run(
          List.of(
              zig,
              "ld.lld",
              "-static",
              "-s",
              "--build-id=none",
              "-z",
              "max-page-size=65536",
              "-o",
              program.toString(),
              object.toString()),
          Map.of(),
          "it has to link " + source);
    } finally {
      Files.deleteIfExists(object);
    }
  }

  private static String variable(Architecture architecture) {
    return "CC_" + architecture.debianName().toUpperCase(Locale.ROOT);
  }
}
