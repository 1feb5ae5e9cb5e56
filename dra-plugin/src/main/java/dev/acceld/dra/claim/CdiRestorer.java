package dev.acceld.dra.claim;

import dev.acceld.dra.cdi.CdiDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds prepared claims whose CDI file is missing or was changed. One {@code stat} for each claim
 * whose file is as it was when it was last read. One thread.
 */
final class CdiRestorer {
  private final ClaimFiles files;
  private final Map<String, Look> looks = new HashMap<>();

  /** A file that had the right content. */
  private record Look(String key, long size, long modified, ClaimRecord record) {}

  CdiRestorer(ClaimFiles files) {
    this.files = files;
  }

  /** Something that puts a claim's file back; false when it could not, or need not. */
  interface Restore {
    boolean restore(ClaimRecord record) throws IOException, InterruptedException;
  }

  /**
   * One round.
   *
   * @param wanted which claims have a file
   * @return whether a file was put back
   */
  boolean round(Predicate<ClaimRecord> wanted, Restore restore)
      throws IOException, InterruptedException {
    boolean mended = false;
    Set<String> there = new HashSet<>();
    for (ClaimRecord record : files.store().all()) {
      if (wanted.test(record)) {
        there.add(record.claim().uid());
        if (!asItWas(record)) {
          mended |= restore.restore(record);
        }
      }
    }
    looks.keySet().retainAll(there);
    return mended;
  }

  private boolean asItWas(ClaimRecord record) {
    String uid = record.claim().uid();
    String name = files.cdi().fileName(uid);
    CdiDirectory dir = files.cdiDir();
    Look now = look(dir.path(name), record);
    if (now == null) {
      looks.remove(uid);
      return false;
    }
    if (now.equals(looks.get(uid))) {
      return true;
    }
    if (dir.holds(name, record.cdi())) {
      looks.put(uid, now);
      return true;
    }
    return false;
  }

  private static @Nullable Look look(Path file, ClaimRecord record) {
    try {
      BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
      return new Look(
          String.valueOf(a.fileKey()), a.size(), a.lastModifiedTime().toMillis(), record);
    } catch (IOException e) {
      return null;
    }
  }
}
