package dev.acceld.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that is there as long as a benchmark runs. */
record Scratch(Path dir) implements AutoCloseable {

  /** A new one among the temporary files. */
  static Scratch create() throws IOException {
    return new Scratch(Files.createTempDirectory("acceld-bench-"));
  }

  /** A new one in memory, where that is to be had. */
  static Scratch inMemory() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? new Scratch(Files.createTempDirectory(memory, "acceld-bench-"))
        : create();
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("benchmark files stay in " + dir, e);
    }
  }
}
