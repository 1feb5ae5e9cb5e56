package dev.acceld.steady;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Replaces small files so that a crash or a power cut leaves the old content or the new. */
public final class DurableFile {
  private DurableFile() {}

  /**
   * Puts the content under that name. It is on disk when this returns.
   *
   * @param temporary a file in the same directory that nobody else writes at the same time; a crash
   *     may leave it
   * @throws IOException when it cannot; the old content stays, unless only the directory could not
   *     be synced
   */
  public static void replace(Path file, Path temporary, byte[] content) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path dir = file.toAbsolutePath().getParent();
    if (dir != null) {
      syncDirectory(dir);
    }
  }

  /** Makes the names in a directory outlive a power cut. */
  public static void syncDirectory(Path dir) throws IOException {
    try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
