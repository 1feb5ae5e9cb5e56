package dev.acceld.dra.claim.record;

import dev.acceld.steady.DirectoryBelow;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One lock for each claim and each physical device, valid in this process and, by an advisory file
 * lock, against the other process of a rolling update. All of them are one-byte ranges of a single
 * file, so that no lock file is ever left over or removed under somebody's feet; should an operator
 * remove it, the next call makes a new one. The kernel drops the locks when the process dies,
 * however it dies.
 *
 * <p>A thread takes all its locks in one call: the claim's first, then the devices' in order; so
 * there is no circle to wait in.
 */
public final class ClaimLocks implements AutoCloseable {
  private static final long FIRST_PAUSE_MILLIS = 1;
  private static final long LAST_PAUSE_MILLIS = 20;

  private final Path dir;
  private final Path file;
  private final Map<Long, Entry> inProcess = new HashMap<>();
  private @Nullable Opened opened;

  /** The file as it was opened: a lock on one that was since replaced keeps nobody out. */
  private record Opened(FileChannel channel, @Nullable Object identity) {}

  private static final class Entry {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /** Locks that are held; closing gives them back. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  public ClaimLocks(Path stateDir) throws IOException {
    this.dir = stateDir.resolve("locks");
    this.file = dir.resolve("claims-and-devices");
    opened();
  }

  /**
   * Takes the lock of a claim and of physical devices.
   *
   * @param deadline in {@link System#nanoTime}
   * @return null when the deadline came first
   */
  public @Nullable Held acquire(String claimUid, Collection<String> physical, long deadline)
      throws IOException, InterruptedException {
    Deque<Held> held = new ArrayDeque<>();
    boolean complete = false;
    try {
      complete = one("claim " + claimUid, deadline, held);
      for (String part : new TreeSet<>(physical)) {
        complete = complete && one("device " + part, deadline, held);
      }
    } finally {
      if (!complete) {
        release(held);
      }
    }
    return complete ? () -> release(held) : null;
  }

  private static void release(Deque<Held> held) {
    while (!held.isEmpty()) {
      held.pop().close();
    }
  }

  private boolean one(String key, long deadline, Deque<Held> held)
      throws IOException, InterruptedException {
    long position = position(key);
    Entry entry = enter(position);
    boolean taken = false;
    try {
      if (!entry.lock.tryLock()
          && !entry.lock.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        return false;
      }
      try {
        FileLock fileLock = lockFile(position, deadline);
        if (fileLock != null) {
          taken = true;
          held.push(() -> unlock(position, entry, fileLock));
        }
      } finally {
        if (!taken) {
          entry.lock.unlock();
        }
      }
      return taken;
    } finally {
      if (!taken) {
        leave(position, entry);
      }
    }
  }

  private @Nullable FileLock lockFile(long position, long deadline)
      throws IOException, InterruptedException {
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException(); // the JDK would close the channel, and drop all locks
      }
      try {
        Opened now = opened();
        FileLock lock = now.channel().tryLock(position, 1, false);
        if (lock != null && Objects.equals(now.identity(), identity())) {
          return lock;
        } else if (lock != null) {
          lock.release();
          forget(now);
          continue;
        }
      } catch (OverlappingFileLockException e) {
        // somebody else in this JVM holds it through a channel of its own: the same as another
        // process
      } catch (ClosedChannelException e) {
        // an interrupted thread closed the channel under us; opened() opens a new one
      }
      if (deadline - System.nanoTime() <= 0) {
        return null;
      }
      Thread.sleep(pause);
      pause = Math.min(2 * pause, LAST_PAUSE_MILLIS);
    }
  }

  private void unlock(long position, Entry entry, FileLock fileLock) {
    try {
      fileLock.release();
    } catch (IOException e) {
      // the channel is closed, and with it the lock is gone
    } finally {
      entry.lock.unlock();
      leave(position, entry);
    }
  }

  private synchronized Opened opened() throws IOException {
    Opened now = opened;
    if (now == null || !now.channel().isOpen()) {
      DirectoryBelow.make(dir);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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

  private synchronized Entry enter(long position) {
    Entry entry = inProcess.computeIfAbsent(position, p -> new Entry());
    entry.users++;
    return entry;
  }

  private synchronized void leave(long position, Entry entry) {
    if (--entry.users == 0) {
      inProcess.remove(position);
    }
  }

  /** A byte of the file for a key; two keys on one byte would only wait for one another. */
  private static long position(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (crc.getValue() << 30) ^ (key.hashCode() & 0x3fff_ffffL);
  }

  @Override
  public synchronized void close() throws IOException {
    if (opened != null) {
      opened.channel().close();
    }
  }
}
