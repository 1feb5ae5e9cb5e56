package dev.acceld.dra.claim.cleanup;

import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.cdi.CdiWatch;
import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.hardware.UnusedPartitions;
import dev.acceld.dra.claim.prepare.ClaimRenewer;
import dev.acceld.dra.claim.prepare.DeviceConflicts;
import dev.acceld.dra.claim.prepare.InFlightPrepares;
import dev.acceld.dra.claim.record.ClaimFiles;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.RecordDamagedException;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final ClaimFiles files;
  private final ClaimRenewer renewer;
  private final UnusedPartitions tidying;
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final CdiRestorer restorer;

  /** Does nothing by itself: the janitor calls it. */
  public ClaimSweeper(ClaimFiles files, ClaimRenewer renewer, UnusedPartitions tidying) {
    this.files = files;
    this.renewer = renewer;
    this.tidying = tidying;
    this.restorer = new CdiRestorer(files);
  }

  /** One round; trouble with one claim does not keep it from the others. */
  public void sweep() throws IOException, InterruptedException {
    files.store().refresh();
    for (Map.Entry<Path, String> temporary : files.store().temporaries().entrySet()) {
      underLock(
          temporary.getValue(),
          () -> {
            if (files.store().begun(temporary.getKey())) {
              endBegun(temporary.getValue());
            }
            if (Files.deleteIfExists(temporary.getKey())) {
              LOG.info("removed leftover {}", temporary.getKey());
            }
          });
    }
    for (String uid : files.store().copies().uids()) {
      if (!files.store().exists(uid) && files.store().copies().useless(uid)) {
        underLock(uid, () -> removeCopy(uid));
      }
    }
    Set<String> damaged = files.store().damaged();
    for (ClaimRecord record : files.store().all()) {
      String uid = record.claim().uid();
      if (!damaged.contains(uid)) {
        restoreCdi(record);
        if (!files.store().copies().holds(record)) {
          underLock(uid, () -> copyAnew(uid));
        }
      }
    }
    for (String uid : files.store().damaged()) {
      if (!files.store().unknown().contains(uid)) {
        underLock(uid, () -> files.recordUnderLock(new ClaimRef("?", "?", uid)));
      } else if (told.add(uid)) {
        LOG.warn("{}", DeviceConflicts.unknown(files.store().path(uid), uid));
        files.observer().damaged(uid);
      }
    }
    for (String name : files.cdiDir().list(files.cdi().filePrefix())) {
      Optional<String> uid = files.cdi().uidOf(name);
      if (uid.isPresent() && CdiDirectory.targetOf(name).isPresent()) {
        underLock(uid.get(), () -> removeCdi(name));
      }
    }
    for (String uid : files.writing().uids()) {
      underLock(
          uid,
          () -> {
            endBegun(uid);
            files.writing().clear(uid);
          });
    }
    for (String uid : files.unpreparing().uids()) {
      underLock(
          uid,
          () -> {
            if (files.store().gone(uid)) {
              files.unpreparing().clear(uid);
            }
          });
    }
    restoreShared();
    files.shared().collect(this::named);
    tidying.tidy(files.locks(), LOCK_PATIENCE.toNanos());
    files.tombstones().sweep(InFlightPrepares.OLDEST);
  }

  /** Those that prepared claims name, by what is kept of them. */
  private void restoreShared() throws InterruptedException {
    Set<String> names = new TreeSet<>();
    for (ClaimRecord record : files.store().all()) {
      if (renewer.hasFile(record)) {
        names.addAll(files.cdi().sharedNames(record.answer()));
      }
    }
    for (String name : names) {
      try {
        if (files.shared().restore(name)) {
          LOG.warn("put back CDI file {}", files.shared().fileName(name));
        }
      } catch (IOException e) {
        LOG.warn(
            "CDI file {} cannot be put back: {}",
            files.shared().fileName(name),
            ClaimFiles.describe(e));
      }
    }
  }

  /** Whether a record names a shared device, or a claim may of which there is no record. */
  private boolean named(String device) throws IOException {
    files.store().refresh();
    return !files.everyClaimHasARecord()
        || files.store().all().stream()
            .anyMatch(record -> files.cdi().sharedNames(record.answer()).contains(device));
  }

  /** Of a claim without a record; where its CDI file is, a pod may be running. */
  private void removeCopy(String uid) throws IOException {
    if (!files.store().exists(uid)
        && files.store().copies().useless(uid)
        && files.cdiDir().read(files.cdi().fileName(uid)).isEmpty()) {
      files.store().copies().remove(uid);
      LOG.info("removed the second copy of the record of claim UID {}, which is unprepared", uid);
    }
  }

  private void copyAnew(String uid) throws IOException {
    try {
      files.store().read(uid).ifPresent(files.store().copies()::put);
    } catch (RecordDamagedException e) {
      // just now; the next round sees it
    }
  }

  /** Only the CDI files of prepared claims. */
  public void renew() throws IOException, InterruptedException {
    for (ClaimRecord record : files.store().all()) {
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
    String file = files.cdi().fileName(record.claim().uid());
    CdiRestorer.Done[] done = {CdiRestorer.Done.BUSY};
    try (ClaimLog about = ClaimLog.about(record.claim())) {
      about.pods(record.pods());
      underLock(
          record.claim().uid(),
          () -> {
            done[0] = CdiRestorer.Done.LEFT;
            if (!files.cdiDir().holds(file, record.cdi()) && renewer.keepUp(record.claim())) {
              LOG.warn("restored CDI file {} of claim {}", file, record.claim().path());
              done[0] = CdiRestorer.Done.MENDED;
            }
          });
    }
    return done[0];
  }

  /** A container that restarts needs the file, and the kubelet does not ask for it again. */
  private void restoreCdi(ClaimRecord record) throws IOException, InterruptedException {
    String file = files.cdi().fileName(record.claim().uid());
    try (ClaimLog about = ClaimLog.about(record.claim())) {
      about.pods(record.pods());
      boolean there = files.cdiDir().holds(file, record.cdi());
      if (!there || renewer.outdated(record)) {
        underLock(
            record.claim().uid(),
            () -> {
              if (renewer.keepUp(record.claim()) && !there) {
                LOG.warn("restored CDI file {} of claim {}", file, record.claim().path());
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
    if (files.store().gone(uid)
        && files.store().copies().gone(uid)
        && !files.store().damagedBefore(uid)) {
      removeCdi(files.cdi().fileName(uid));
    }
  }

  private void removeCdi(String name) throws IOException {
    if (files.cdiDir().remove(name)) {
      LOG.info("removed leftover CDI file {}", name);
    }
  }

  /** Something to do for one claim. */
  private interface Work {
    void run() throws IOException, ClaimRefusedException, InterruptedException;
  }

  private void underLock(String uid, Work work) throws InterruptedException {
    try (ClaimLocks.Held held =
        files.locks().acquire(uid, List.of(), System.nanoTime() + LOCK_PATIENCE.toNanos())) {
      if (held != null) {
        work.run();
      }
    } catch (IOException e) {
      LOG.warn("cannot clean up after claim UID {}: {}", uid, ClaimFiles.describe(e));
    } catch (ClaimRefusedException e) {
      LOG.warn("cannot clean up after claim UID {}: {}", uid, e.getMessage());
    }
  }
}
