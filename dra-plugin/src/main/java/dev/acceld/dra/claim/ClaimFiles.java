package dev.acceld.dra.claim;

import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two files of a claim, its record and its CDI file, and the locks that guard them. What both
 * prepare and unprepare work with.
 *
 * @param store the records
 * @param locks the locks
 * @param leftovers what could not be unmade
 * @param tombstones word of unprepares for the other process
 * @param cdiDir where CDI files go
 * @param cdi what goes into them
 * @param observer is told of trouble
 * @param hook where tests let the process die
 */
record ClaimFiles(
    ClaimRecordStore store,
    ClaimLocks locks,
    Leftovers leftovers,
    Tombstones tombstones,
    CdiDirectory cdiDir,
    ClaimCdi cdi,
    ClaimObserver observer,
    StepHook hook) {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimFiles.class);

  /**
   * The record of a claim whose lock is held; a damaged one is moved aside and counts as none.
   *
   * @throws IOException also when it cannot be moved
   */
  Optional<ClaimRecord> recordUnderLock(ClaimRef claim) throws IOException {
    try {
      return store.read(claim.uid());
    } catch (RecordDamaged e) {
      Path aside = store.moveAside(claim.uid());
      observer.damaged(claim.uid());
      LOG.warn(
          "record of claim {} (UID {}) is damaged and was moved to {}: {}",
          claim.path(),
          claim.uid(),
          aside,
          e.getMessage());
      return Optional.empty();
    }
  }

  /** What went wrong, in words; Java tells some of it in the exception's type only. */
  static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException n -> n.getFile() + ": no such file or directory";
      case AccessDeniedException a -> a.getFile() + ": permission denied";
      case FileAlreadyExistsException f -> f.getFile() + " is there already and is no directory";
      case FileSystemException f when f.getReason() != null -> f.getFile() + ": " + f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
