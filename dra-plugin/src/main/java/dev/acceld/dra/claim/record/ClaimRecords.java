package dev.acceld.dra.claim.record;

import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a claim by its record and that record's second copy, also where one of the two
 * is damaged or lost. Thread-safe.
 */
public final class ClaimRecords {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimRecords.class);

  private final ClaimRecordStore store;
  private final ClaimCdiFiles files;
  private final ClaimObserver observer;

  /**
   * Reads nothing yet.
   *
   * @param files the CDI files of the same claims
   * @param observer is told of damaged records
   */
  public ClaimRecords(ClaimRecordStore store, ClaimCdiFiles files, ClaimObserver observer) {
    this.store = store;
    this.files = files;
    this.observer = observer;
  }

  /** The records as they are. */
  public ClaimRecordStore store() {
    return store;
  }

  /**
   * The record of a claim whose lock is held. What a damaged one contains is kept aside; in its
   * place, and in that of a lost one, comes the second copy. Where that is damaged too, there is
   * none, and the damaged record stays: it still says that the claim may have devices.
   *
   * @throws IOException also when it cannot be kept aside, or the copy cannot be put in its place
   */
  public Optional<ClaimRecord> recordUnderLock(ClaimRef claim) throws IOException {
    try {
      Optional<ClaimRecord> record = store.read(claim.uid());
      return record.isPresent() ? record : restored(store.copies().ofLost(claim.uid()));
    } catch (RecordDamagedException e) {
      Optional<Path> aside = store.keepAside(claim.uid(), e.misplaced());
      if (aside.isPresent()) {
        observer.damaged(claim.uid());
        LOG.warn(
            "claim record {} is damaged: {}. Its content is kept in {}, and {}",
            store.path(claim.uid()),
            e.getMessage(),
            aside.get(),
            whatNow(claim.uid(), e.misplaced()));
      }
      return restored(store.copies().read(claim.uid()));
    }
  }

  private String whatNow(String uid, boolean misplaced) {
    if (misplaced) {
      return "no action is needed: it belonged to no claim";
    }
    return store.copies().read(uid).isPresent()
        ? "its second copy replaces it; no action is needed"
        : "its second copy is damaged or missing too: delete the pod that uses claim UID "
            + uid
            + "; if no pod on this node does, move the file away";
  }

  /** As far as it can be found out without changing anything; for a look without the lock too. */
  public Optional<ClaimRecord> asKnown(String uid) {
    try {
      Optional<ClaimRecord> record = store.read(uid);
      return record.isPresent() ? record : store.copies().ofLost(uid);
    } catch (IOException | RecordDamagedException e) {
      return store.copies().read(uid);
    }
  }

  /**
   * Puts the second copy in the record's place. Its CDI file is the one in the CDI directory;
   * without that the claim counts as half prepared, and is made anew when it is asked for.
   */
  private Optional<ClaimRecord> restored(Optional<ClaimRecord> copy) throws IOException {
    if (copy.isEmpty()) {
      return copy;
    }
    String uid = copy.get().claim().uid();
    Optional<String> file = files.text(uid);
    ClaimRecord record =
        file.isPresent() ? copy.get().withCdi(CdiText.of(file.get())) : copy.get().halfPrepared();
    store.write(record);
    LOG.warn(
        "record of claim {} (UID {}) was restored from its second copy: {}",
        record.claim().path(),
        uid,
        record.devices().stream()
            .map(d -> d.prepared().device())
            .collect(Collectors.joining(", ")));
    return Optional.of(record);
  }

  /**
   * Whether there is a readable record of every claim that this node may have: of each damaged or
   * lost record, and of each CDI file of a claim.
   */
  public boolean everyClaimHasARecord() throws IOException {
    if (!store.unknown().isEmpty()) {
      return false;
    }
    Set<String> readable =
        store.all().stream().map(r -> r.claim().uid()).collect(Collectors.toSet());
    return readable.containsAll(files.uids());
  }
}
