package dev.acceld.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The least that a durable record costs: write, fsync, rename, fsync of the directory. */
final class BareRecord {
  private static final int SIZE = 3000;

  private BareRecord() {}

  /** Writes one record of that name; how long it took, in nanoseconds. */
  static long write(Path dir, String name) throws IOException {
    long start = System.nanoTime();
    Path temporary = dir.resolve("." + name + ".tmp");
    try (FileChannel file =
        FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(SIZE));
      file.force(true);
    }
    Files.move(temporary, dir.resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(dir, StandardOpenOption.READ)) {
      directory.force(true);
    }
    return System.nanoTime() - start;
  }
}
