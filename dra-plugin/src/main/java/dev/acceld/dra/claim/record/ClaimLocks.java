package dev.acceld.dra.claim.record;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One lock for each claim and each physical device, valid in this process and, by an advisory file
 * lock, against the other process of a rolling update. All of them are one-byte ranges of a single
 * file, so that no lock file is ever left over or removed under somebody's feet.
 *
 * <p>A thread takes all its locks in one call: the claim's first, then the devices' in order; so
 * there is no circle to wait in.
 */
public final class ClaimLocks implements AutoCloseable {
  private static final long FIRST_PAUSE_MILLIS = 1;
  private static final long LAST_PAUSE_MILLIS = 20;

  private final LockFile file;
  private final Map<Long, Entry> inProcess = new HashMap<>();

  private static final class Entry {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /** Locks that are held; closing gives them back. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Opens the lock file below a state directory, making it if need be.
   *
   * @throws IOException when it cannot be opened
   */
  public ClaimLocks(Path stateDir) throws IOException {
    this.file = new LockFile(stateDir.resolve("locks"), "claims-and-devices");
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
      FileLock lock = file.tryLock(position, false);
      if (lock != null) {
        return lock;
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
  public void close() throws IOException {
    file.close();
  }
}
