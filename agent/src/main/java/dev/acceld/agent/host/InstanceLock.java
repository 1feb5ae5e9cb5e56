package dev.acceld.agent.host;

import dev.acceld.text.ErrorText;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What each process of a state directory says of itself by locks on bytes of a common file, each
 * one byte of its own choice in two ranges: that it is alive, and that the kubelet has registered
 * it. The kernel takes them back when the process dies, however it dies. Whoever gets hold of all
 * the others' bytes is alone, and keeps newcomers waiting until it lets go; should it have removed
 * the file meanwhile, they make a new one. Any thread.
 */
public final class InstanceLock implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 10;
  private static final long ALIVE = 0;
  private static final long RANGE = 1L << 40;
  private static final long REGISTERED = RANGE;

  private final Path file;
  private final FileChannel channel;
  private final long position;
  private @Nullable FileLock registered; // guarded by this

  private InstanceLock(Path file, FileChannel channel, long position) {
    this.file = file;
    this.channel = channel;
    this.position = position;
  }

  /** The file in a state directory. */
  static Path file(Path stateDir) {
    return stateDir.resolve("locks").resolve("instances");
  }

  /**
   * Says that this process is alive, making the state directory if need be.
   *
   * @throws IOException when the file cannot be made or locked; the message names it
   */
  public static InstanceLock hold(Path stateDir) throws IOException {
    Path file = file(stateDir);
    long position = ThreadLocalRandom.current().nextLong(RANGE);
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (true) {
        Files.createDirectories(file.getParent());
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Object identity = identity(file);
        FileLock lock = tryLock(channel, ALIVE + position, 1);
        if (lock != null && identity != null && identity.equals(identity(file))) {
          return new InstanceLock(file, channel, position);
        }
        channel.close();
        if (System.nanoTime() - end > 0) {
          throw new IOException("another process has held it for " + PATIENCE.toSeconds() + " s");
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (NoSuchFileException e) {
      throw new IOException("cannot lock " + file + ": its directory has disappeared", e);
    } catch (IOException e) {
      throw new IOException("cannot lock " + file + ": " + ErrorText.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + file, e);
    }
  }

  /**
   * Says that the kubelet has registered this process, or has not.
   *
   * @throws IOException when it cannot be said
   */
  public synchronized void registered(boolean now) throws IOException {
    FileLock said = registered;
    if (!now && said != null) {
      said.release();
      registered = null;
    }
    for (int tries = 0; now && registered == null && tries < 100; tries++) {
      registered = tryLock(channel, REGISTERED + position, 1);
      if (registered == null) {
        pause(); // somebody is looking just now
      }
    }
  }

  /**
   * Waits for another process of the directory to be registered with the kubelet, as long as there
   * is one at all.
   *
   * @param most the longest wait
   * @return false when there is no other process, or it was not registered in time
   */
  public boolean awaitSuccessor(Duration most) throws IOException {
    long end = System.nanoTime() + most.toNanos();
    while (true) {
      if (othersIn(REGISTERED)) {
        return true;
      }
      if (!othersIn(ALIVE) || System.nanoTime() - end > 0 || !pause()) {
        return false;
      }
    }
  }

  /**
   * Whether no other process of the directory is alive; if so, any that comes waits until this lock
   * is closed.
   */
  public boolean alone() throws IOException {
    return !takeOthers(ALIVE).isEmpty();
  }

  /** Whether another process of the directory is alive at this moment. */
  public boolean others() throws IOException {
    return othersIn(ALIVE);
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

  private boolean othersIn(long range) throws IOException {
    List<FileLock> free = takeOthers(range);
    for (FileLock lock : free) {
      lock.release();
    }
    return free.isEmpty();
  }

  /** Locks on all bytes of the range but our own; none when somebody has one of them. */
  private synchronized List<FileLock> takeOthers(long range) throws IOException {
    List<FileLock> taken = new ArrayList<>(2);
    long[][] parts = {{range, position}, {range + position + 1, RANGE - position - 1}};
    for (long[] part : parts) {
      if (part[1] == 0) {
        continue;
      }
      FileLock lock = tryLock(channel, part[0], part[1]);
      if (lock == null) {
        for (FileLock one : taken) {
          one.release();
        }
        return List.of();
      }
      taken.add(lock);
    }
    return taken;
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
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
