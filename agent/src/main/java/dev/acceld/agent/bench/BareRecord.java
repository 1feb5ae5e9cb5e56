package dev.acceld.agent.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The least that a durable record costs: write, fsync, rename, fsync of the directory. */
final class BareRecord {
  private static final int SIZE = 1200;

  private BareRecord() {}

  static Percentiles measure(Path dir, int times) throws IOException {
    Files.createDirectories(dir);
    Percentiles all = new Percentiles(times);
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      Path temporary = dir.resolve("." + i + ".tmp");
      try (FileChannel file =
          FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.allocate(SIZE));
        file.force(true);
      }
      Files.move(temporary, dir.resolve(i + ".json"), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel directory = FileChannel.open(dir, StandardOpenOption.READ)) {
        directory.force(true);
      }
      all.add(System.nanoTime() - start);
    }
    return all;
  }
}
