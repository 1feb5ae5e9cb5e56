package dev.acceld.dra.claim.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes that outlive a power cut. The seam at which tests let the disk fail. */
public interface RecordFiles {

  /** Puts the bytes under that name, all or nothing, and returns once they are on the disk. */
  void replace(Path file, byte[] content) throws IOException;

  /** Bytes that are written, and neither durable nor under their name yet. */
  interface Staged extends AutoCloseable {
    /** Puts them under their name, all or nothing, and returns once they are on the disk. */
    void commit() throws IOException;

    /** Takes them away again, unless they are under their name. */
    void discard() throws IOException;

    /** Leaves the temporary file, as a crash does, unless it was committed or discarded. */
    @Override
    void close() throws IOException;
  }

  /**
   * The first half of {@link #replace}. What a crash before the second half leaves is a temporary
   * file.
   *
   * @param mark stands in the temporary file's name
   */
  default Staged stage(Path file, byte[] content, String mark) throws IOException {
    return new Staged() {
      @Override
      public void commit() throws IOException {
        replace(file, content);
      }

      @Override
      public void discard() {}

      @Override
      public void close() {}
    };
  }

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
          try (Staged staged = stage(file, content, "")) {
            try {
              staged.commit();
            } catch (IOException e) {
              try {
                staged.discard();
              } catch (IOException left) {
                e.addSuppressed(left);
              }
              throw e;
            }
          }
        }

        @Override
        public Staged stage(Path file, byte[] content, String mark) throws IOException {
          return StagedFile.write(
              file,
              file.resolveSibling(file.getFileName() + "." + mark + UUID.randomUUID() + ".tmp"),
              content,
              () -> syncParent(file));
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
