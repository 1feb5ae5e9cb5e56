package dev.acceld.dra.claim.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes that outlive a power cut. The seam at which tests let the disk fail. */
public interface RecordFiles {

  /** Puts the bytes under that name, all or nothing, and returns once they are on the disk. */
  void replace(Path file, byte[] content) throws IOException;

  /** Removes the file for good; false when it was not there. Needs no free space. */
  boolean remove(Path file) throws IOException;

  /** Makes the names in a directory outlive a power cut. */
  default void syncDirectory(Path dir) throws IOException {
    try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The real disk: temporary file, fsync, rename, fsync of the directory. */
  RecordFiles DISK =
      new RecordFiles() {
        @Override
        public void replace(Path file, byte[] content) throws IOException {
          Path temporary =
              file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
          try {
            try (FileChannel out =
                FileChannel.open(
                    temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
              ByteBuffer bytes = ByteBuffer.wrap(content);
              while (bytes.hasRemaining()) {
                out.write(bytes);
              }
              out.force(false);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
          } catch (IOException e) {
            try {
              Files.deleteIfExists(temporary);
            } catch (IOException left) {
              e.addSuppressed(left);
            }
            throw e;
          }
          syncParent(file);
        }

        @Override
        public boolean remove(Path file) throws IOException {
          try {
            Files.delete(file);
          } catch (NoSuchFileException e) {
            return false;
          }
          syncParent(file);
          return true;
        }

        private void syncParent(Path file) throws IOException {
          Path dir = file.toAbsolutePath().getParent();
          if (dir != null) {
            syncDirectory(dir);
          }
        }
      };
}
