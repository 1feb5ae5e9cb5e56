package dev.acceld.dra.claim.cleanup;

import dev.acceld.dra.cdi.CdiWatch;
import dev.acceld.dra.claim.record.ClaimCdiFiles;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds prepared claims whose CDI file is missing or was changed, among those whose file is said to
 * have changed. One {@code stat} for each claim whose file is as it was when it was last read. One
 * thread.
 */
final class CdiRestorer {
  private static final Logger LOG = LoggerFactory.getLogger(CdiRestorer.class);

  private final ClaimRecordStore store;
  private final ClaimCdiFiles files;
  private final Map<String, Look> looks = new HashMap<>();

  /** A file that had the right content. */
  private record Look(String key, long size, long modified, ClaimRecord record) {}

  CdiRestorer(ClaimRecordStore store, ClaimCdiFiles files) {
    this.store = store;
    this.files = files;
  }

  /** Something that puts a claim's file back. */
  interface Restore {
    Done restore(ClaimRecord record) throws IOException, InterruptedException;
  }

  /** What became of a file that is not as it should be. */
  enum Done {
    /** It was put back. */
    MENDED,
    /** It stays as it is: the claim is not prepared any more, or is being given back. */
    LEFT,
    /** Somebody else works on the claim. */
    BUSY
  }

  /**
   * One round.
   *
   * @param wanted which claims have a file
   */
  CdiWatch.Answer round(CdiWatch.Changes changes, Predicate<ClaimRecord> wanted, Restore restore)
      throws IOException, InterruptedException {
    boolean mended = false;
    Set<String> later = new HashSet<>();
    Set<String> there = new HashSet<>();
    for (ClaimRecord record : records(changes)) {
      String uid = record.claim().uid();
      if (wanted.test(record)) {
        there.add(uid);
        if (!asItWas(record)) {
          switch (restore.restore(record)) {
            case MENDED -> mended = true;
            case BUSY -> later.add(files.name(uid));
            case LEFT -> {}
          }
        }
      }
    }
    for (String name : shared(changes, wanted)) {
      if (files.shared().restore(name)) {
        LOG.warn("put back CDI file {}", files.shared().fileName(name));
        mended = true;
      }
    }
    if (changes instanceof CdiWatch.Changes.Everything) {
      looks.keySet().retainAll(there);
    }
    return new CdiWatch.Answer(mended, later);
  }

  /** Shared devices that claims name, among those that may have changed. */
  private Set<String> shared(CdiWatch.Changes changes, Predicate<ClaimRecord> wanted) {
    Set<String> candidates = new HashSet<>();
    if (changes instanceof CdiWatch.Changes.Files some) {
      some.names().forEach(file -> files.shared().nameOf(file).ifPresent(candidates::add));
      if (candidates.isEmpty()) {
        return candidates; // the usual case
      }
    }
    Set<String> named = new HashSet<>();
    for (ClaimRecord record : store.all()) {
      if (wanted.test(record)) {
        named.addAll(files.sharedBy(record));
      }
    }
    if (changes instanceof CdiWatch.Changes.Files) {
      named.retainAll(candidates);
    }
    return named;
  }

  private List<ClaimRecord> records(CdiWatch.Changes changes) {
    return switch (changes) {
      case CdiWatch.Changes.Everything all -> store.all();
      case CdiWatch.Changes.Files some -> {
        List<ClaimRecord> records = new ArrayList<>();
        for (String name : some.names()) {
          Optional<String> uid = files.uidOf(name);
          Optional<ClaimRecord> record = uid.flatMap(store::known);
          record.ifPresentOrElse(records::add, () -> uid.ifPresent(looks::remove));
        }
        yield records;
      }
    };
  }

  private boolean asItWas(ClaimRecord record) {
    String uid = record.claim().uid();
    Look now = look(files.path(uid), record);
    if (now == null) {
      looks.remove(uid);
      return false;
    }
    if (now.equals(looks.get(uid))) {
      return true;
    }
    if (files.holds(uid, record.cdi())) {
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
