package dev.acceld.agent.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The word of each process of a state directory that it is alive: a lock on one byte of a common
 * file, of its own choice. The kernel takes it back when the process dies, however it dies. Whoever
 * gets hold of all bytes is alone, and keeps others waiting at their door until it lets go; should
 * it have removed the file meanwhile, they make a new one.
 */
public final class InstanceLock implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 10;

  private final Path file;
  private final FileChannel channel;
  private final FileLock own;

  private InstanceLock(Path file, FileChannel channel, FileLock own) {
    this.file = file;
    this.channel = channel;
    this.own = own;
  }

  /** The file in a state directory. */
  static Path file(Path stateDir) {
    return stateDir.resolve("locks").resolve("instances");
  }

  /**
   * Says that this process is there, making the state directory if need be.
   *
   * @throws IOException when the file cannot be made or locked; the message names it
   */
  public static InstanceLock hold(Path stateDir) throws IOException {
    Path file = file(stateDir);
    long position = ThreadLocalRandom.current().nextLong(1L << 40);
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (true) {
        Files.createDirectories(file.getParent());
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Object identity = identity(file);
        FileLock lock = tryLock(channel, position, 1);
        if (lock != null && identity != null && identity.equals(identity(file))) {
          return new InstanceLock(file, channel, lock);
        }
        channel.close();
        if (System.nanoTime() - end > 0) {
          throw new IOException("another process has held it for " + PATIENCE.toSeconds() + " s");
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (NoSuchFileException e) {
      throw new IOException("cannot lock " + file + ": its directory vanishes", e);
    } catch (IOException e) {
      throw new IOException("cannot lock " + file + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + file, e);
    }
  }

  /**
   * Whether no other process of the directory is alive; if so, others that come wait until this
   * lock is closed. To be called once, at the end: if others are alive, this process does not count
   * as alive any more afterwards.
   */
  public boolean alone() throws IOException {
    own.release();
    return tryLock(channel, 0, Long.MAX_VALUE) != null;
  }

  /** The file itself. */
  public Path path() {
    return file;
  }

  /** This process is not there any more. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static @Nullable FileLock tryLock(FileChannel channel, long position, long size)
      throws IOException {
    try {
      return channel.tryLock(position, size, false);
    } catch (OverlappingFileLockException e) {
      return null; // another agent of this very process
    }
  }

  private static @Nullable Object identity(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
