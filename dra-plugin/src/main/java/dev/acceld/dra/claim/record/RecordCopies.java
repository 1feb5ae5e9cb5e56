package dev.acceld.dra.claim.record;

import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A second copy of each claim record, sealed like the first, without the CDI file: who holds what,
 * should the record be damaged or lost. Written after the record and removed before it, so that a
 * copy without a record means that the record was lost. Not fsynced: what a power cut takes, the
 * next round of the sweeper writes again. Thread-safe; whoever changes the copy of a claim holds
 * that claim's lock.
 */
public final class RecordCopies {
  private static final Logger LOG = LoggerFactory.getLogger(RecordCopies.class);
  private static final String SUFFIX = ".json";

  private static final CdiText NONE = CdiText.of("");

  private final Path dir;
  private final Tombstones tombstones;

  RecordCopies(Path stateDir) throws IOException {
    this.tombstones = new Tombstones(stateDir);
    this.dir = stateDir.resolve("claim-copies");
    Files.createDirectories(dir);
  }

  /** Writes the copy; one that cannot be written costs no claim its devices. */
  public void put(ClaimRecord record) {
    Path file = file(record.claim().uid());
    Path temporary = dir.resolve(record.claim().uid() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.write(temporary, ClaimRecordCodec.encode(record.withCdi(NONE)));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.debug(
          "cannot write a second copy of the record of claim {}: {}",
          record.claim().path(),
          ErrorText.of(e));
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
    }
  }

  /** The copy; empty when there is none that is whole. */
  Optional<ClaimRecord> read(String uid) {
    if (gone(uid)) {
      return Optional.empty();
    }
    try {
      ClaimRecord record = ClaimRecordCodec.decode(Files.readAllBytes(file(uid)));
      return Optional.of(record).filter(r -> r.claim().uid().equals(uid));
    } catch (IOException | RecordDamagedException e) {
      return Optional.empty();
    }
  }

  /**
   * The copy of a record that is not there. Empty also when the claim was unprepared since the copy
   * was written: an older agent, which knows of no copies, leaves them behind.
   */
  Optional<ClaimRecord> ofLost(String uid) {
    return read(uid).filter(copy -> !givenBack(copy));
  }

  private boolean givenBack(ClaimRecord copy) {
    return tombstones.setAfter(copy.claim().uid(), copy.unprepareMark());
  }

  /** Whether the copy is no use without a record: of a claim that was given back, or damaged. */
  public boolean useless(String uid) {
    try {
      return givenBack(ClaimRecordCodec.decode(Files.readAllBytes(file(uid))));
    } catch (RecordDamagedException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Names of leftover temporary files, with the claim that each was for. */
  Map<Path, String> temporaries() throws IOException {
    Map<Path, String> found = new HashMap<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir, "*.*.tmp")) {
      for (Path file : list) {
        String name = String.valueOf(file.getFileName());
        String uid = name.substring(0, name.lastIndexOf('.', name.length() - ".tmp".length() - 1));
        if (ClaimUid.safe(uid)) {
          found.put(file, uid);
        }
      }
    } catch (NoSuchFileException e) {
      return found;
    }
    return found;
  }

  /** Whether there is a whole copy of that record. */
  public boolean holds(ClaimRecord record) {
    return read(record.claim().uid()).filter(record.withCdi(NONE)::equals).isPresent();
  }

  /** Claims of which there is a copy, whole or not. */
  public Set<String> uids() throws IOException {
    Set<String> uids = new HashSet<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir, "*" + SUFFIX)) {
      for (Path path : list) {
        String name = String.valueOf(path.getFileName());
        String uid = name.substring(0, name.length() - SUFFIX.length());
        if (ClaimUid.safe(uid)) {
          uids.add(uid);
        }
      }
    } catch (NoSuchFileException e) {
      return uids;
    }
    return uids;
  }

  /** Whether there certainly is no copy, whole or not; false when it cannot be found out. */
  public boolean gone(String uid) {
    return Files.notExists(file(uid));
  }

  /**
   * Makes the copy the sign that its claim is unprepared: every copy has the time of its prepare in
   * it, and the mark of the unprepare before, and so is like no earlier one.
   */
  public void becomeTombstone(String uid) {
    tombstones.set(uid, file(uid));
  }

  /** Removes the copy; one that is not there is fine. */
  public void remove(String uid) throws IOException {
    Files.deleteIfExists(file(uid));
  }

  private Path file(String uid) {
    return dir.resolve(uid + SUFFIX);
  }
}
