package dev.acceld.dra.claim.record;

import dev.acceld.steady.DirectoryBelow;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The claim records of this node: files on disk, and a copy in memory that follows them, also where
 * another process writes. Whoever changes the record of a claim holds that claim's lock.
 * Thread-safe.
 */
public final class ClaimRecordStore {
  static final String SUFFIX = ".json";
  private static final String FIRST = "first-";

  private final Path dir;
  private final Path damagedDir;
  private final RecordFiles files;
  private final RecordCopies copies;
  private final RecordMirror mirror;

  /**
   * Opens the records below a state directory, making it if need be, and reads them.
   *
   * @throws IOException when it cannot be made or listed
   */
  public ClaimRecordStore(Path stateDir, RecordFiles files) throws IOException {
    this.dir = stateDir.resolve("claims");
    this.damagedDir = stateDir.resolve("damaged");
    this.files = files;
    this.copies = new RecordCopies(stateDir);
    this.mirror = new RecordMirror(dir, copies, this::read);
    Files.createDirectories(dir);
    files.syncDirectory(stateDir);
    refresh();
  }

  /**
   * All records, as last seen, without the texts of their CDI files ({@link #read} has those); of
   * one that is damaged or lost the second copy. Cheap: no disk.
   */
  public List<ClaimRecord> all() {
    return mirror.all();
  }

  /** One of {@link #all}; no disk. */
  public Optional<ClaimRecord> known(String uid) {
    return mirror.known(uid);
  }

  /**
   * UIDs of claims whose record and second copy can both not be read, as last seen: what they hold
   * is not known. No disk, and no wait for it.
   */
  public Set<String> unknown() {
    return mirror.unknown();
  }

  /** UIDs of claims whose record is not as it should be, as last seen. */
  public Set<String> damaged() {
    return mirror.damaged();
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
    return mirror.version();
  }

  /** Waits until something has changed since that version, or the time is over. */
  public void awaitChange(long since, long nanos) throws InterruptedException {
    mirror.awaitChange(since, nanos);
  }

  /** Calls the listener after each change, on any thread; it must return at once. */
  public void addListener(Runnable listener) {
    mirror.addListener(listener);
  }

  /**
   * Looks at the directory again unless it is certainly unchanged. After it, {@link #all()} holds
   * everything that any process had written before the call.
   */
  public void refresh() throws IOException {
    mirror.refresh();
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
            "it is the record of claim UID '" + record.claim().uid() + "'; it may be a copy", true);
      }
      return Optional.of(record);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException(
          "record "
              + file(uid)
              + " cannot be read ("
              + ErrorText.of(e)
              + "); if this persists, move it away",
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
    mirror.forget(uid);
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
    mirror.forgetGone(uid);
    return true;
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
    mirror.written(file(record.claim().uid()), record);
    copies.put(record);
  }

  /** Removes a record durably; false when there was none. */
  public boolean remove(String uid) throws IOException {
    copies.remove(uid);
    try {
      return files.remove(file(uid));
    } finally {
      if (!Files.exists(file(uid))) {
        mirror.forgetGone(uid);
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
      mirror.forgetGone(uid);
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

  private Path file(String uid) {
    return dir.resolve(uid + SUFFIX);
  }
}
