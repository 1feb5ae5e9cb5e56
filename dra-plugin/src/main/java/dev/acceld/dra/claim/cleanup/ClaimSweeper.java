package dev.acceld.dra.claim.cleanup;

import dev.acceld.dra.cdi.CdiWatch;
import dev.acceld.dra.claim.ClaimFlags;
import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.hardware.UnusedPartitions;
import dev.acceld.dra.claim.logs.ClaimLogs;
import dev.acceld.dra.claim.prepare.ClaimRenewer;
import dev.acceld.dra.claim.prepare.DeviceConflicts;
import dev.acceld.dra.claim.prepare.InFlightPrepares;
import dev.acceld.dra.claim.record.ClaimCdiFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.claim.record.ClaimRecords;
import dev.acceld.dra.claim.record.RecordDamagedException;
import dev.acceld.dra.claim.record.Tombstones;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the two directories in order: what a crash left half done goes, what somebody else took away
 * or spoilt comes back. Each claim is looked at under its lock, so nothing that is just being
 * written, here or by another process, is taken for a leftover.
 */
public final class ClaimSweeper {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimSweeper.class);
  private static final Duration LOCK_PATIENCE = Duration.ofMillis(200);

  private final ClaimRecords records;
  private final ClaimRecordStore store;
  private final ClaimCdiFiles files;
  private final ClaimLogs logs;
  private final ClaimFlags writing;
  private final Tombstones tombstones;
  private final ClaimLocks locks;
  private final ClaimRenewer renewer;
  private final UnusedPartitions tidying;
  private final ClaimObserver observer;
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final CdiRestorer restorer;

  /**
   * Does nothing by itself: the janitor calls it.
   *
   * @param writing claims without a record whose CDI file an older agent was writing
   * @param observer is told of records that nobody can read
   */
  public ClaimSweeper(
      ClaimRecords records,
      ClaimCdiFiles files,
      ClaimLogs logs,
      ClaimFlags writing,
      Tombstones tombstones,
      ClaimLocks locks,
      ClaimRenewer renewer,
      UnusedPartitions tidying,
      ClaimObserver observer) {
    this.records = records;
    this.store = records.store();
    this.files = files;
    this.logs = logs;
    this.writing = writing;
    this.tombstones = tombstones;
    this.locks = locks;
    this.renewer = renewer;
    this.tidying = tidying;
    this.observer = observer;
    this.restorer = new CdiRestorer(store, files);
  }

  /** One round; trouble with one claim does not keep it from the others. */
  public void sweep() throws IOException, InterruptedException {
    store.refresh();
    for (Map.Entry<Path, String> temporary : store.temporaries().entrySet()) {
      underLock(
          temporary.getValue(),
          () -> {
            if (store.begun(temporary.getKey())) {
              endBegun(temporary.getValue());
            }
            if (Files.deleteIfExists(temporary.getKey())) {
              LOG.info("removed leftover {}", temporary.getKey());
            }
          });
    }
    for (String uid : store.copies().uids()) {
      if (!store.exists(uid) && store.copies().useless(uid)) {
        underLock(uid, () -> removeCopy(uid));
      }
    }
    Set<String> damaged = store.damaged();
    for (ClaimRecord record : store.all()) {
      String uid = record.claim().uid();
      if (!damaged.contains(uid)) {
        restoreCdi(record);
        if (!store.copies().holds(record)) {
          underLock(uid, () -> copyAnew(uid));
        }
      }
    }
    for (String uid : store.damaged()) {
      if (!store.unknown().contains(uid)) {
        underLock(uid, () -> records.recordUnderLock(new ClaimRef("?", "?", uid)));
      } else if (told.add(uid)) {
        LOG.warn("{}", DeviceConflicts.unknown(store.path(uid), uid));
        observer.damaged(uid);
      }
    }
    for (Map.Entry<String, String> temporary : files.temporaries().entrySet()) {
      underLock(
          temporary.getValue(),
          () -> {
            if (files.removeTemporary(temporary.getKey())) {
              LOG.info("removed leftover CDI file {}", temporary.getKey());
            }
          });
    }
    for (String uid : writing.uids()) {
      underLock(
          uid,
          () -> {
            endBegun(uid);
            writing.clear(uid);
          });
    }
    for (String uid : files.unpreparing().uids()) {
      underLock(
          uid,
          () -> {
            if (store.gone(uid)) {
              files.unpreparing().clear(uid);
            }
          });
    }
    restoreShared();
    files.shared().collect(this::named);
    tidying.tidy(LOCK_PATIENCE.toNanos());
    tombstones.sweep(InFlightPrepares.OLDEST);
    sweepLogs();
  }

  /** Directories for logs whose claims are gone; what is not known to be gone stays. */
  private void sweepLogs() throws IOException, InterruptedException {
    for (String uid : logs.uids()) {
      underLock(
          uid,
          () -> {
            if (certainlyGone(uid) && files.gone(uid)) {
              logs.giveBack(uid);
            }
          });
    }
    logs.tidy();
  }

  /** Those that prepared claims name, by what is kept of them. */
  private void restoreShared() throws InterruptedException {
    Set<String> names = new TreeSet<>();
    for (ClaimRecord record : store.all()) {
      if (renewer.hasFile(record)) {
        names.addAll(files.sharedBy(record));
      }
    }
    for (String name : names) {
      try {
        if (files.shared().restore(name)) {
          LOG.warn("put back CDI file {}", files.shared().fileName(name));
        }
      } catch (IOException e) {
        LOG.warn(
            "CDI file {} cannot be put back: {}", files.shared().fileName(name), ErrorText.of(e));
      }
    }
  }

  /** Whether a record names a shared device, or a claim may of which there is no record. */
  private boolean named(String device) throws IOException {
    store.refresh();
    return !records.everyClaimHasARecord()
        || store.all().stream().anyMatch(record -> files.sharedBy(record).contains(device));
  }

  /** Of a claim without a record; where its CDI file is, a pod may be running. */
  private void removeCopy(String uid) throws IOException {
    if (!store.exists(uid) && store.copies().useless(uid) && files.read(uid).isEmpty()) {
      store.copies().remove(uid);
      LOG.info("removed the second copy of the record of claim UID {}, which is unprepared", uid);
    }
  }

  private void copyAnew(String uid) throws IOException {
    try {
      store.read(uid).ifPresent(store.copies()::put);
    } catch (RecordDamagedException e) {
      // just now; the next round sees it
    }
  }

  /** Only the CDI files of prepared claims. */
  public void renew() throws IOException, InterruptedException {
    for (ClaimRecord record : store.all()) {
      restoreCdi(record);
    }
    restoreShared();
  }

  /** Puts back those CDI files that somebody else has removed or changed. One thread. */
  public CdiWatch.Answer restore(CdiWatch.Changes changes)
      throws IOException, InterruptedException {
    return restorer.round(changes, renewer::hasFile, this::putBack);
  }

  private CdiRestorer.Done putBack(ClaimRecord record) throws IOException, InterruptedException {
    String uid = record.claim().uid();
    CdiRestorer.Done[] done = {CdiRestorer.Done.BUSY};
    try (ClaimLog about = ClaimLog.about(record.claim())) {
      about.pods(record.pods());
      underLock(
          uid,
          () -> {
            done[0] = CdiRestorer.Done.LEFT;
            if (!holdsWhatIsRecorded(record) && renewer.keepUp(record.claim())) {
              LOG.warn("restored CDI file {} of claim {}", files.name(uid), record.claim().path());
              done[0] = CdiRestorer.Done.MENDED;
            }
          });
    }
    return done[0];
  }

  /** Under the claim's lock: the record may have changed with the file since it was looked at. */
  private boolean holdsWhatIsRecorded(ClaimRecord record) {
    String uid = record.claim().uid();
    return files.holds(uid, store.known(uid).orElse(record).cdi());
  }

  /** A container that restarts needs the file, and the kubelet does not ask for it again. */
  private void restoreCdi(ClaimRecord record) throws IOException, InterruptedException {
    String uid = record.claim().uid();
    try (ClaimLog about = ClaimLog.about(record.claim())) {
      about.pods(record.pods());
      if (!files.holds(uid, record.cdi()) || renewer.outdated(record)) {
        underLock(
            uid,
            () -> {
              boolean restored = !holdsWhatIsRecorded(record);
              if (renewer.keepUp(record.claim()) && restored) {
                LOG.warn(
                    "restored CDI file {} of claim {}", files.name(uid), record.claim().path());
              }
            });
      }
    }
  }

  /**
   * A prepare died between the claim's CDI file and its record, or after both. Any other CDI file
   * without a record is left alone, for the record may be lost or in another state directory, and a
   * pod may be running.
   */
  private void endBegun(String uid) throws IOException {
    if (certainlyGone(uid) && files.remove(uid)) {
      LOG.info("removed leftover CDI file {}", files.name(uid));
    }
  }

  /** Whether there is no trace of a record of a claim. */
  private boolean certainlyGone(String uid) throws IOException {
    return store.gone(uid) && store.copies().gone(uid) && !store.damagedBefore(uid);
  }

  /** Something to do for one claim. */
  private interface Work {
    void run() throws IOException, ClaimRefusedException, InterruptedException;
  }

  private void underLock(String uid, Work work) throws InterruptedException {
    try (ClaimLocks.Held held =
        locks.acquire(uid, List.of(), System.nanoTime() + LOCK_PATIENCE.toNanos())) {
      if (held != null) {
        work.run();
      }
    } catch (IOException e) {
      LOG.warn("cannot clean up after claim UID {}: {}", uid, ErrorText.of(e));
    } catch (ClaimRefusedException e) {
      LOG.warn("cannot clean up after claim UID {}: {}", uid, e.getMessage());
    }
  }
}
