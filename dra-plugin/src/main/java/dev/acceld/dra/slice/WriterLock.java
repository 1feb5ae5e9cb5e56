package dev.acceld.dra.slice;

import dev.acceld.steady.DirectoryBelow;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/** The advisory lock of the one process on the node that writes something; gone with it. */
public final class WriterLock implements AutoCloseable {
  private final FileChannel channel;

  private WriterLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock if nobody has it.
   *
   * @throws IOException when the file cannot be opened; the message names it
   */
  public static Optional<WriterLock> tryTake(Path file) throws IOException {
    FileChannel channel;
    try {
      DirectoryBelow.make(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException("cannot open the lock file " + file + ": " + ErrorText.of(e), e);
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new WriterLock(channel));
      }
    } catch (OverlappingFileLockException e) {
      // Another publisher of this very process has it.
    }
    channel.close();
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the descriptor, and that is gone in any case.
    }
  }
}
