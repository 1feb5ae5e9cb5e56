package dev.acceld.dra.claim.record;

import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the directory of records, in memory: it follows the files, also where another process
 * writes. Thread-safe.
 */
final class RecordMirror {
  private static final Logger LOG = LoggerFactory.getLogger(RecordMirror.class);
  private static final String SUFFIX = ClaimRecordStore.SUFFIX;

  /**
   * File systems keep times in steps of some milliseconds: a time that was first seen just now may
   * be that of a later change, too.
   */
  private static final long TIMESTAMP_DOUBT_NANOS = 200_000_000;

  private final Path dir;
  private final RecordCopies copies;
  private final Reader files;

  /** Reads a record from disk. */
  interface Reader {
    Optional<ClaimRecord> read(String uid) throws IOException, RecordDamagedException;
  }

  private final ReentrantLock mutex = new ReentrantLock();
  private final Condition change = mutex.newCondition();
  private final Map<String, CachedRecord> cache = new HashMap<>();
  private final RecordPool pool = new RecordPool(); // guarded by mutex
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
  private FileTime scannedState = FileTime.fromMillis(0);
  private long stateSeen; // by System.nanoTime, which nobody sets back
  private boolean certain;
  private long version;
  private boolean unreadable;
  private volatile List<ClaimRecord> all = List.of();
  private volatile Set<String> unknown = Set.of();

  RecordMirror(Path dir, RecordCopies copies, Reader files) {
    this.dir = dir;
    this.copies = copies;
    this.files = files;
  }

  /**
   * All records, as last seen, without the texts of their CDI files ({@link ClaimRecordStore#read}
   * has those); of one that is damaged or lost the second copy. Cheap: no disk.
   */
  List<ClaimRecord> all() {
    return all;
  }

  /** One of {@link #all}; no disk. */
  Optional<ClaimRecord> known(String uid) {
    mutex.lock();
    try {
      CachedRecord cached = cache.get(uid);
      return cached == null ? Optional.empty() : Optional.ofNullable(cached.record());
    } finally {
      mutex.unlock();
    }
  }

  /**
   * UIDs of claims whose record and second copy can both not be read, as last seen: what they hold
   * is not known. No disk, and no wait for it.
   */
  Set<String> unknown() {
    return unknown;
  }

  /** UIDs of claims whose record is not as it should be, as last seen. */
  Set<String> damaged() {
    mutex.lock();
    try {
      Set<String> uids = new HashSet<>();
      cache.forEach((uid, cached) -> {
        if (!cached.sound()) {
          uids.add(uid);
        }
      });
      return uids;
    } finally {
      mutex.unlock();
    }
  }

  /** Grows with every change that this process has seen. */
  long version() {
    mutex.lock();
    try {
      return version;
    } finally {
      mutex.unlock();
    }
  }

  /** Waits until something has changed since that version, or the time is over. */
  void awaitChange(long since, long nanos) throws InterruptedException {
    mutex.lock();
    try {
      long left = nanos;
      while (version == since && left > 0) {
        left = change.awaitNanos(left);
      }
    } finally {
      mutex.unlock();
    }
  }

  void addListener(Runnable listener) {
    listeners.add(listener);
  }

  /** What is known of that record is not certain: the next look reads it. */
  void forget(String uid) {
    mutex.lock();
    try {
      cache.remove(uid);
      certain = false;
    } finally {
      mutex.unlock();
    }
  }

  /**
   * Looks at the directory again unless it is certainly unchanged. After it, {@link #all()} holds
   * everything that any process had written before the call.
   */
  void refresh() throws IOException {
    boolean changed = false;
    mutex.lock();
    try {
      FileTime state = Files.getLastModifiedTime(dir);
      if (state.equals(scannedState) && certain) {
        return;
      }
      long now = System.nanoTime();
      if (!state.equals(scannedState)) {
        stateSeen = now;
      }
      changed = scan();
      scannedState = state;
      certain = !unreadable && now - stateSeen > TIMESTAMP_DOUBT_NANOS; // else look again
      if (changed) {
        publish();
      }
    } finally {
      mutex.unlock();
    }
    if (changed) {
      notifyListeners();
    }
  }

  private boolean scan() throws IOException {
    boolean changed = false;
    unreadable = false;
    Set<String> seen = new HashSet<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir)) {
      for (Path file : list) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(SUFFIX)
            || !ClaimUid.safe(name.substring(0, name.length() - SUFFIX.length()))) {
          continue;
        }
        String uid = name.substring(0, name.length() - SUFFIX.length());
        try {
          BasicFileAttributes now = attributes(file);
          seen.add(uid);
          CachedRecord known = cache.get(uid);
          if (known == null || !known.same(now)) {
            cache.put(uid, readNow(uid, now));
            changed = true;
          }
        } catch (NoSuchFileException e) {
          seen.remove(uid); // went away while we looked
        } catch (IOException e) {
          seen.add(uid); // costs that claim only; what was read of it before still counts
          unreadable = true;
          if (cache.putIfAbsent(
                  uid, CachedRecord.copied(copies.read(uid).map(this::small).orElse(null)))
              == null) {
            changed = true;
            LOG.warn("{}", ErrorText.of(e));
          }
        }
      }
    }
    for (String uid : copies.uids()) {
      if (seen.add(uid)) { // its record was lost
        ClaimRecord copy = copies.ofLost(uid).map(this::small).orElse(null);
        CachedRecord known = cache.get(uid);
        if (copy == null) {
          seen.remove(uid);
        } else if (known == null || known.sound() || !copy.equals(known.record())) {
          cache.put(uid, CachedRecord.copied(copy));
          changed = true;
        }
      }
    }
    return cache.keySet().retainAll(seen) || changed;
  }

  /** A damaged record stays where it is until somebody works on its claim, under its lock. */
  private CachedRecord readNow(String uid, BasicFileAttributes now) throws IOException {
    @Nullable ClaimRecord record;
    boolean sound = true;
    boolean misplaced = false;
    try {
      record = files.read(uid).map(this::small).orElseThrow(() -> new NoSuchFileException(uid));
    } catch (RecordDamagedException e) {
      sound = false;
      misplaced = e.misplaced();
      record = copies.read(uid).map(this::small).orElse(null);
    }
    return new CachedRecord(
        now.fileKey(), now.lastModifiedTime(), now.size(), sound, misplaced, record);
  }

  /** There is no record of that claim any more. */
  void forgetGone(String uid) {
    update(uid, null);
  }

  /** A record was just written to that file. */
  void written(Path file, ClaimRecord record) throws IOException {
    BasicFileAttributes now = attributes(file);
    update(
        record.claim().uid(),
        new CachedRecord(
            now.fileKey(), now.lastModifiedTime(), now.size(), true, false, small(record)));
  }

  private void update(String uid, @Nullable CachedRecord now) {
    mutex.lock();
    try {
      if (now == null) {
        cache.remove(uid);
      } else {
        cache.put(uid, now);
      }
      publish();
    } finally {
      mutex.unlock();
    }
    notifyListeners();
  }

  private ClaimRecord small(ClaimRecord record) {
    mutex.lock();
    try {
      return pool.small(record);
    } finally {
      mutex.unlock();
    }
  }

  /** Called with the mutex held. */
  private void publish() {
    List<ClaimRecord> records = new ArrayList<>(cache.size());
    Set<String> unread = new HashSet<>();
    cache.forEach((uid, cached) -> {
      ClaimRecord record = cached.record();
      if (record != null) {
        records.add(record);
      } else if (!cached.misplaced()) {
        unread.add(uid);
      }
    });
    records.sort((a, b) -> {
      int byTime = a.preparedAt().compareTo(b.preparedAt());
      return byTime != 0 ? byTime : a.claim().uid().compareTo(b.claim().uid());
    });
    all = List.copyOf(records);
    unknown = Set.copyOf(unread);
    version++;
    change.signalAll();
  }

  private void notifyListeners() {
    for (Runnable listener : listeners) {
      listener.run();
    }
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }
}
