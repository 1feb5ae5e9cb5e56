package dev.acceld.dra.claim;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Something that is known of a claim beside its record, yes or no: an empty file for each claim of
 * which it is true. Not durable. What cannot be written is remembered by this process. Whoever sets
 * or clears the flag of a claim holds that claim's lock. Thread-safe.
 */
public final class ClaimFlags {
  private final Path dir;
  private final Set<String> unwritten = ConcurrentHashMap.newKeySet();

  /**
   * Makes the directory.
   *
   * @throws IOException when it cannot be made
   */
  public ClaimFlags(Path dir) throws IOException {
    this.dir = dir;
    Files.createDirectories(dir);
  }

  /** Sets the flag of a claim. One that cannot be written is known to this process only. */
  public void set(String uid) {
    try {
      Files.createFile(dir.resolve(uid));
    } catch (FileAlreadyExistsException e) {
      // it is set
    } catch (IOException e) {
      unwritten.add(uid);
    }
  }

  /** One that cannot be cleared stays set. */
  public void clear(String uid) {
    unwritten.remove(uid);
    try {
      Files.deleteIfExists(dir.resolve(uid));
    } catch (IOException e) {
      // the sweeper tries again
    }
  }

  /** Whether this process has set the flag of a claim, or another has written it. */
  public boolean isSet(String uid) {
    return unwritten.contains(uid) || Files.exists(dir.resolve(uid));
  }

  /** The claims of which it is true. */
  public Set<String> uids() throws IOException {
    Set<String> uids = new HashSet<>(unwritten);
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir)) {
      for (Path path : list) {
        String uid = String.valueOf(path.getFileName());
        if (ClaimUid.safe(uid)) {
          uids.add(uid);
        }
      }
    } catch (NoSuchFileException e) {
      return uids;
    }
    return uids;
  }
}
