package dev.acceld.dra.claim.record;

import dev.acceld.steady.DirectoryBelow;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file of which single bytes are locked, by advisory locks against other processes. It is never
 * removed by us, so that no lock is left on a file that nobody else sees; should an operator remove
 * it, the next call makes a new one. The kernel drops the locks when the process dies, however it
 * dies. Thread-safe.
 */
final class LockFile implements AutoCloseable {
  private final Path dir;
  private final Path file;
  private @Nullable Opened opened;

  /** The file as it was opened: a lock on one that was since replaced keeps nobody out. */
  private record Opened(FileChannel channel, @Nullable Object identity) {}

  LockFile(Path dir, String name) throws IOException {
    this.dir = dir;
    this.file = dir.resolve(name);
    opened();
  }

  /**
   * Locks one byte without waiting.
   *
   * @param shared with others that share it, if they are other processes; else alone
   * @return null when somebody else has it, in another process or through another channel here
   */
  @Nullable FileLock tryLock(long position, boolean shared)
      throws IOException, InterruptedException {
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException(); // the JDK would close the channel, and drop all locks
      }
      try {
        Opened now = opened();
        FileLock lock = now.channel().tryLock(position, 1, shared);
        if (lock == null || Objects.equals(now.identity(), identity())) {
          return lock;
        }
        lock.release();
        forget(now);
      } catch (OverlappingFileLockException e) {
        return null; // through a channel of its own in this JVM: the same as another process
      } catch (ClosedChannelException e) {
        return null; // an interrupted thread closed it under us; opened() opens a new one
      }
    }
  }

  private synchronized Opened opened() throws IOException {
    Opened now = opened;
    if (now == null || !now.channel().isOpen()) {
      DirectoryBelow.make(dir);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      now = new Opened(channel, identity());
      opened = now;
    }
    return now;
  }

  /** Left open for whoever still holds a lock on it; the garbage collector closes it. */
  private synchronized void forget(Opened replaced) {
    if (opened == replaced) {
      opened = null;
    }
  }

  private @Nullable Object identity() throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (opened != null) {
      opened.channel().close();
    }
  }
}
