package dev.acceld.dra.claim.record;

import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.steady.DirectoryBelow;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
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
 * The claim records of this node: files on disk, and a copy in memory that follows them, also where
 * another process writes. Whoever changes the record of a claim holds that claim's lock.
 * Thread-safe.
 */
public final class ClaimRecordStore {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimRecordStore.class);
  private static final String SUFFIX = ".json";
  private static final String FIRST = "first-";

  /**
   * File systems keep times in steps of some milliseconds: a time that was first seen just now may
   * be that of a later change, too.
   */
  private static final long TIMESTAMP_DOUBT_NANOS = 200_000_000;

  private final Path dir;
  private final Path damagedDir;
  private final RecordFiles files;
  private final RecordCopies copies;

  private final ReentrantLock mutex = new ReentrantLock();
  private final Condition change = mutex.newCondition();
  private final Map<String, Cached> cache = new HashMap<>();
  private final RecordPool pool = new RecordPool(); // guarded by mutex
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
  private FileTime scannedState = FileTime.fromMillis(0);
  private long stateSeen; // by System.nanoTime, which nobody sets back
  private boolean certain;
  private long version;
  private boolean unreadable;
  private volatile List<ClaimRecord> all = List.of();
  private volatile Set<String> unknown = Set.of();

  /** A file as it was last read; the copy or no record when it is not sound. */
  private record Cached(
      @Nullable Object inode,
      FileTime time,
      long size,
      boolean sound,
      boolean misplaced,
      @Nullable ClaimRecord record) {

    /** For a file that there is not, or that could not be read yet. */
    static Cached copied(@Nullable ClaimRecord copy) {
      return new Cached(null, FileTime.fromMillis(0), -1, false, false, copy);
    }

    boolean same(BasicFileAttributes now) {
      return size == now.size()
          && time.equals(now.lastModifiedTime())
          && (inode == null || inode.equals(now.fileKey()));
    }
  }

  public ClaimRecordStore(Path stateDir, RecordFiles files) throws IOException {
    this.dir = stateDir.resolve("claims");
    this.damagedDir = stateDir.resolve("damaged");
    this.files = files;
    this.copies = new RecordCopies(stateDir);
    Files.createDirectories(dir);
    files.syncDirectory(stateDir);
    refresh();
  }

  /**
   * All records, as last seen, without the texts of their CDI files ({@link #read} has those); of
   * one that is damaged or lost the second copy. Cheap: no disk.
   */
  public List<ClaimRecord> all() {
    return all;
  }

  /** One of {@link #all}; no disk. */
  public Optional<ClaimRecord> known(String uid) {
    mutex.lock();
    try {
      Cached cached = cache.get(uid);
      return cached == null ? Optional.empty() : Optional.ofNullable(cached.record());
    } finally {
      mutex.unlock();
    }
  }

  /**
   * UIDs of claims whose record and second copy can both not be read, as last seen: what they hold
   * is not known. No disk, and no wait for it.
   */
  public Set<String> unknown() {
    return unknown;
  }

  /** UIDs of claims whose record is not as it should be, as last seen. */
  public Set<String> damaged() {
    mutex.lock();
    try {
      Set<String> uids = new HashSet<>();
      cache.forEach(
          (uid, cached) -> {
            if (!cached.sound()) {
              uids.add(uid);
            }
          });
      return uids;
    } finally {
      mutex.unlock();
    }
  }

  /** Second copies of the records. */
  public RecordCopies copies() {
    return copies;
  }

  /** Where the record of a claim is or would be. */
  public Path path(String uid) {
    return file(uid);
  }

  /** Grows with every change that this process has seen. */
  public long version() {
    mutex.lock();
    try {
      return version;
    } finally {
      mutex.unlock();
    }
  }

  /** Waits until something has changed since that version, or the time is over. */
  public void awaitChange(long since, long nanos) throws InterruptedException {
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

  public void addListener(Runnable listener) {
    listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    listeners.remove(listener);
  }

  /** Reads the record of a claim from disk. */
  public Optional<ClaimRecord> read(String uid) throws IOException, RecordDamagedException {
    if (gone(uid)) {
      return Optional.empty(); // the usual case of a prepare, and cheaper than an exception
    }
    try {
      ClaimRecord record = ClaimRecordCodec.decode(Files.readAllBytes(file(uid)));
      if (!record.claim().uid().equals(uid)) {
        throw new RecordDamagedException(
            "it is the record of claim UID '" + record.claim().uid() + "': a copy?", true);
      }
      return Optional.of(record);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException(
          "record "
              + file(uid)
              + " cannot be read ("
              + ClaimFiles.describe(e)
              + "); if it stays so, move it away",
          e);
    }
  }

  /** The bytes of a record as they are on disk. */
  public Optional<byte[]> bytes(String uid) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(file(uid)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Puts a record back as it was, byte for byte; nothing is written when it still is. */
  public void restore(String uid, byte[] before) throws IOException {
    Optional<byte[]> now = bytes(uid);
    if (now.isEmpty() || !Arrays.equals(now.get(), before)) {
      files.replace(file(uid), before);
    }
    forget(uid);
    refresh();
  }

  /** Takes the record of a claim away to that path; false when there is none. Needs no space. */
  public boolean moveTo(String uid, Path target) throws IOException {
    copies.remove(uid);
    try {
      Files.move(file(uid), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return false;
    }
    files.syncDirectory(dir);
    update(uid, null);
    return true;
  }

  private void forget(String uid) {
    mutex.lock();
    try {
      cache.remove(uid);
      certain = false;
    } finally {
      mutex.unlock();
    }
  }

  /** Writes a record durably. */
  public void write(ClaimRecord record) throws IOException {
    files.replace(file(record.claim().uid()), ClaimRecordCodec.encode(record));
    written(record);
  }

  /** A record that is not there yet, but tells that its claim's CDI file may be. */
  public interface Staged extends AutoCloseable {
    /** Writes it durably. */
    void commit() throws IOException;

    /** Leaves nothing of it, unless it was written. */
    void discard() throws IOException;

    @Override
    void close() throws IOException;
  }

  /**
   * Announces the record of a claim: if the process dies before it is written, {@link #begun} names
   * the claim. One that has a record already is not announced, for its CDI file is no leftover.
   */
  public Staged stage(ClaimRecord record) throws IOException {
    String uid = record.claim().uid();
    RecordFiles.Staged staged =
        files.stage(file(uid), ClaimRecordCodec.encode(record), exists(uid) ? "" : FIRST);
    return new Staged() {
      @Override
      public void commit() throws IOException {
        staged.commit();
        written(record);
      }

      @Override
      public void discard() throws IOException {
        staged.discard();
      }

      @Override
      public void close() throws IOException {
        staged.close();
      }
    };
  }

  private void written(ClaimRecord record) throws IOException {
    String uid = record.claim().uid();
    BasicFileAttributes now = attributes(file(uid));
    update(
        uid,
        new Cached(now.fileKey(), now.lastModifiedTime(), now.size(), true, false, small(record)));
    copies.put(record);
  }

  /** Removes a record durably; false when there was none. */
  public boolean remove(String uid) throws IOException {
    copies.remove(uid);
    try {
      return files.remove(file(uid));
    } finally {
      if (!Files.exists(file(uid))) {
        update(uid, null);
      }
    }
  }

  /** Whether there is a record now, readable or not. */
  public boolean exists(String uid) {
    return Files.exists(file(uid));
  }

  /** Whether there certainly is no record now; false when it cannot be found out. */
  public boolean gone(String uid) {
    return Files.notExists(file(uid));
  }

  /** Whether a record of that claim was damaged and kept aside. */
  public boolean damagedBefore(String uid) throws IOException {
    try (DirectoryStream<Path> list = Files.newDirectoryStream(damagedDir, uid + "-*" + SUFFIX)) {
      return list.iterator().hasNext();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Keeps what a damaged record contains in another place, for whoever looks into it. The record
   * itself stays where it is until a sound one replaces it or the claim is given back: as long as
   * it is there, no other claim gets what it may name. A whole record of another claim names
   * nothing of this one, and is moved.
   *
   * @return where to; empty when the same content is there already
   */
  Optional<Path> keepAside(String uid, boolean misplaced) throws IOException {
    DirectoryBelow.make(damagedDir);
    Path target = damagedDir.resolve(uid + "-" + System.currentTimeMillis() + SUFFIX);
    if (misplaced) {
      Files.move(file(uid), target, StandardCopyOption.ATOMIC_MOVE);
      update(uid, null);
      return Optional.of(target);
    }
    try (DirectoryStream<Path> list = Files.newDirectoryStream(damagedDir, uid + "-*" + SUFFIX)) {
      for (Path kept : list) {
        if (Files.mismatch(kept, file(uid)) < 0) {
          return Optional.empty();
        }
      }
    }
    Files.copy(file(uid), target, StandardCopyOption.REPLACE_EXISTING);
    return Optional.of(target);
  }

  /** Whether a temporary file is that of a claim whose CDI file was written before its record. */
  public boolean begun(Path temporary) {
    return String.valueOf(temporary.getFileName()).contains(SUFFIX + "." + FIRST);
  }

  /** Names of leftover temporary files, with the claim that each was for. */
  public Map<Path, String> temporaries() throws IOException {
    Map<Path, String> found = new HashMap<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir, "*" + SUFFIX + ".*.tmp")) {
      for (Path file : list) {
        String name = String.valueOf(file.getFileName());
        found.put(file, name.substring(0, name.indexOf(SUFFIX)));
      }
    }
    found.putAll(copies.temporaries());
    return found;
  }

  /**
   * Looks at the directory again unless it is certainly unchanged. After it, {@link #all()} holds
   * everything that any process had written before the call.
   */
  public void refresh() throws IOException {
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
          Cached known = cache.get(uid);
          if (known == null || !known.same(now)) {
            cache.put(uid, readNow(uid, now));
            changed = true;
          }
        } catch (NoSuchFileException e) {
          seen.remove(uid); // went away while we looked
        } catch (IOException e) {
          seen.add(uid); // costs that claim only; what was read of it before still counts
          unreadable = true;
          if (cache.putIfAbsent(uid, Cached.copied(copies.read(uid).map(this::small).orElse(null)))
              == null) {
            changed = true;
            LOG.warn("{}", ClaimFiles.describe(e));
          }
        }
      }
    }
    for (String uid : copies.uids()) {
      if (seen.add(uid)) { // its record was lost
        ClaimRecord copy = copies.ofLost(uid).map(this::small).orElse(null);
        Cached known = cache.get(uid);
        if (copy == null) {
          seen.remove(uid);
        } else if (known == null || known.sound() || !copy.equals(known.record())) {
          cache.put(uid, Cached.copied(copy));
          changed = true;
        }
      }
    }
    return cache.keySet().retainAll(seen) || changed;
  }

  /** A damaged record stays where it is until somebody works on its claim, under its lock. */
  private Cached readNow(String uid, BasicFileAttributes now) throws IOException {
    @Nullable ClaimRecord record;
    boolean sound = true;
    boolean misplaced = false;
    try {
      record = read(uid).map(this::small).orElseThrow(() -> new NoSuchFileException(uid));
    } catch (RecordDamagedException e) {
      sound = false;
      misplaced = e.misplaced();
      record = copies.read(uid).map(this::small).orElse(null);
    }
    return new Cached(now.fileKey(), now.lastModifiedTime(), now.size(), sound, misplaced, record);
  }

  private void update(String uid, @Nullable Cached now) {
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
    cache.forEach(
        (uid, cached) -> {
          ClaimRecord record = cached.record();
          if (record != null) {
            records.add(record);
          } else if (!cached.misplaced()) {
            unread.add(uid);
          }
        });
    records.sort(
        (a, b) -> {
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

  private Path file(String uid) {
    return dir.resolve(uid + SUFFIX);
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }
}
