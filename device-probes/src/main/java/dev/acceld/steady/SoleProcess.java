package dev.acceld.steady;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Which of several processes does what only one may do in a directory: while an agent is replaced
 * by a newer one, both run. The kernel takes the lock back when the process dies. One thread.
 */
public final class SoleProcess implements AutoCloseable {
  private final Path file;
  private @Nullable FileChannel channel;

  /** By a lock file in that directory, which is made when it is asked for. */
  public SoleProcess(Path dir) {
    this.file = dir.resolve(".lock");
  }

  /**
   * Whether it is this process; tries again if it was not.
   *
   * @throws IOException when the lock file cannot be used
   */
  public boolean held() throws IOException {
    if (channel != null) {
      return true;
    }
    Files.createDirectories(file.getParent());
    FileChannel tried = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = tried.tryLock();
      if (lock != null) {
        channel = tried;
        return true;
      }
    } catch (OverlappingFileLockException e) {
      // Another agent in this process has it.
    } finally {
      if (channel == null) {
        tried.close();
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    FileChannel held = channel;
    if (held != null) {
      held.close();
      channel = null;
    }
  }
}
