package dev.acceld.dra.claim.record;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Which shared devices are in use by a prepare under way, in this process or in the other one of a
 * rolling update: a shared advisory lock for as long as one of this process is. Whoever removes a
 * device has it alone. Thread-safe.
 */
final class SharedUses implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 1;

  private final LockFile file;
  private final Map<String, Entry> entries = new HashMap<>();

  private static final class Entry {
    int users;
    boolean alone;
    @Nullable FileLock lock;
  }

  SharedUses(Path stateDir) throws IOException {
    file = new LockFile(stateDir.resolve("locks"), "shared-cdi");
  }

  /**
   * Keeps a device from being removed until the answer is closed. Waits for one that is just being
   * removed.
   *
   * @throws IOException when that does not end
   */
  synchronized ClaimLocks.Held take(String name) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Entry entry = entries.computeIfAbsent(name, n -> new Entry());
      if (!entry.alone && (entry.users > 0 || locked(entry, name, true))) {
        entry.users++;
        return () -> leave(name, entry);
      }
      forgetUnused(name, entry);
      if (deadline - System.nanoTime() <= 0) {
        throw new IOException(
            "another process removes shared CDI device " + name + " and has not finished");
      }
      wait(PAUSE_MILLIS);
    }
  }

  /** The device for nobody else; null when it is in use. Does not wait. */
  synchronized ClaimLocks.@Nullable Held alone(String name)
      throws IOException, InterruptedException {
    Entry entry = entries.computeIfAbsent(name, n -> new Entry());
    if (entry.alone || entry.users > 0 || !locked(entry, name, false)) {
      forgetUnused(name, entry);
      return null;
    }
    entry.alone = true;
    return () -> leave(name, entry);
  }

  private boolean locked(Entry entry, String name, boolean shared)
      throws IOException, InterruptedException {
    entry.lock = file.tryLock(position(name), shared);
    return entry.lock != null;
  }

  private synchronized void leave(String name, Entry entry) {
    if (entry.alone) {
      entry.alone = false;
    } else if (--entry.users > 0) {
      return;
    }
    try {
      FileLock lock = entry.lock;
      if (lock != null) {
        lock.release();
      }
    } catch (IOException e) {
      // the channel is closed, and with it the lock is gone
    }
    entry.lock = null;
    forgetUnused(name, entry);
    notifyAll();
  }

  private void forgetUnused(String name, Entry entry) {
    if (entry.users == 0 && !entry.alone) {
      entries.remove(name);
    }
  }

  private static long position(String name) {
    CRC32C crc = new CRC32C();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
