package dev.acceld.dra.claim.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A temporary file that is to replace another one. One thread. */
final class StagedFile implements RecordFiles.Staged {
  private final Path file;
  private final Path temporary;
  private final FileChannel channel;
  private final Sync directory;
  private boolean done;

  /** Makes the names in the file's directory outlive a power cut. */
  interface Sync {
    void run() throws IOException;
  }

  private StagedFile(Path file, Path temporary, FileChannel channel, Sync directory) {
    this.file = file;
    this.temporary = temporary;
    this.channel = channel;
    this.directory = directory;
  }

  /** Writes the temporary file; nothing is left of it when that fails. */
  static StagedFile write(Path file, Path temporary, byte[] content, Sync directory)
      throws IOException {
    StagedFile staged =
        new StagedFile(
            file,
            temporary,
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            directory);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        staged.channel.write(bytes);
      }
      return staged;
    } catch (IOException e) {
      try {
        staged.discard();
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  @Override
  public void commit() throws IOException {
    channel.force(false);
    channel.close();
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    done = true;
    directory.run();
  }

  @Override
  public void discard() throws IOException {
    channel.close();
    if (!done) {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
