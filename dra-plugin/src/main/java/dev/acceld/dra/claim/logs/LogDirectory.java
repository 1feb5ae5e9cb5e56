package dev.acceld.dra.claim.logs;

import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.steady.DirectoryBelow;
import dev.acceld.text.ErrorText;
import dev.acceld.vendor.LogPlace;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The directories of one {@link LogPlace}: {@code <namespace>_<claim>.<uid>} while a claim is
 * prepared; in {@code kept}, behind the time, those that stay; in {@code .removed} those that go. A
 * directory moves as a whole, so that giving a claim back takes no longer for a million files; they
 * go afterwards. Whoever makes or gives back the directory of a claim holds that claim's lock.
 * Thread-safe.
 */
final class LogDirectory {
  private static final int SHARED = 01777; // as /tmp: containers of a claim may run as any user
  private static final Path SELF = Path.of("/proc/self");
  private static final String MODE = "unix:mode";
  private static final int ALL_BITS = 07777;
  private static final int OWNER_ONLY = 0700;
  private static final int OTHERS_WRITE = 022;
  private static final int PROBE = 4096;
  private static final String REMOVED = ".removed";
  private static final String USE = "0";
  private static final String REMOVAL = "1";
  private static final String CLAIM = "2 ";
  private static final long AT_ONCE = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long A_ROUND = TimeUnit.SECONDS.toNanos(5);

  private final LogPlace place;
  private final Path dir;
  private final Path removed;
  private final KeptLogs kept;
  private final ReentrantLock removing = new ReentrantLock();
  private final Troubles troubles = new Troubles();

  LogDirectory(LogPlace place) {
    this.place = place;
    this.dir = place.directory();
    this.removed = dir.resolve(REMOVED);
    this.kept = new KeptLogs(place, this::discard);
  }

  LogPlace place() {
    return place;
  }

  /** The directory of a claim; empty when there is none that is finished, or it cannot be seen. */
  Optional<Path> find(String uid) {
    try {
      Optional<Path> path = found(uid);
      return path.isPresent() && unfinished(path.get()) ? Optional.empty() : path;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<Path> found(String uid) throws IOException {
    try (DirectoryStream<Path> list =
        Files.newDirectoryStream(dir, path -> ClaimName.isOf(path, uid))) {
      for (Path path : list) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          return Optional.of(path);
        }
      }
      return Optional.empty();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /**
   * Makes the directory of a claim, for every user; does not throw.
   *
   * @return whether there was none before, and is one now
   */
  boolean make(ClaimRef claim) {
    boolean made = false;
    try {
      checkOwner();
      DirectoryBelow.make(removed, ownerOnly()); // while there is space for it
      Optional<Path> earlier = found(claim.uid());
      Path path = earlier.orElseGet(() -> dir.resolve(ClaimName.of(claim)));
      DirectoryBelow.make(path, ownerOnly());
      if (unfinished(path)) {
        Files.setAttribute(path, MODE, SHARED, LinkOption.NOFOLLOW_LINKS);
      }
      made = earlier.isEmpty();
      look();
      troubles.over(USE);
    } catch (IOException e) {
      troubles.are(USE, noDirectory(e));
    }
    return made;
  }

  /** Whether the agent ended before it opened the directory for every user. */
  private static boolean unfinished(Path path) throws IOException {
    int mode = (Integer) Files.getAttribute(path, MODE, LinkOption.NOFOLLOW_LINKS);
    return (mode & ALL_BITS) == OWNER_ONLY;
  }

  /** Whoever else can write here could put links in our way. */
  private void checkOwner() throws IOException {
    boolean others = ((Integer) Files.getAttribute(dir, MODE) & OTHERS_WRITE) != 0;
    Integer owner = (Integer) Files.getAttribute(dir, "unix:uid");
    if (others || (owner != 0 && !owner.equals(Files.getAttribute(SELF, "unix:uid")))) {
      throw new IOException("other users can write to it");
    }
  }

  private static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  /**
   * Keeps or removes the directory of a claim whose containers are gone.
   *
   * @return false when it is still there
   */
  boolean giveBack(String uid, Instant now) {
    try {
      Optional<Path> path = found(uid);
      if (path.isPresent()) {
        checkOwner();
        leave(path.get(), now);
        clear(AT_ONCE);
      }
      troubles.over(CLAIM + uid);
      return true;
    } catch (IOException e) {
      if (!Files.notExists(dir)) { // that is said already
        troubles.are(CLAIM + uid, notRemoved(why(e)));
      }
      return false;
    }
  }

  private void leave(Path path, Instant now) throws IOException {
    try {
      Files.delete(path);
    } catch (DirectoryNotEmptyException e) {
      if (place.keep() > 0) {
        kept.add(path, now);
        kept.expire(now);
      } else {
        discard(path);
      }
    }
  }

  private void discard(Path path) throws IOException {
    DirectoryBelow.make(removed, ownerOnly());
    Files.move(path, removed.resolve(UUID.randomUUID().toString()), StandardCopyOption.ATOMIC_MOVE);
  }

  /** One round of clean-up, and a look whether claims can get directories. */
  void tidy(Instant now) {
    try {
      checkOwner();
      look();
      troubles.over(USE);
    } catch (IOException e) {
      troubles.are(USE, noDirectory(e));
      return;
    }
    try {
      kept.expire(now);
      clear(A_ROUND);
    } catch (IOException e) {
      troubles.are(REMOVAL, notRemoved(why(e)));
    }
  }

  /** Whether anything can be written; a full disk may have room for a directory. */
  private void look() throws IOException {
    Path probe = dir.resolve(".probe");
    try {
      Files.write(probe, new byte[PROBE]);
    } finally {
      Files.deleteIfExists(probe); // another agent of this node may be doing the same
    }
  }

  private void clear(long nanos) throws IOException {
    if (!removing.tryLock()) {
      return; // whoever has it does the same
    }
    try {
      Optional<String> left = Remains.remove(dir, REMOVED, System.nanoTime() + nanos);
      left.ifPresentOrElse(
          why -> troubles.are(REMOVAL, notRemoved(why)), () -> troubles.over(REMOVAL));
    } finally {
      removing.unlock();
    }
  }

  /** What is wrong, with the remedy. */
  Optional<String> trouble() {
    return troubles.first();
  }

  private String noDirectory(IOException e) {
    return "logs of claims are lost: "
        + dir
        + " cannot be used ("
        + why(e)
        + "); make it a directory with free space that only root can write to, or set another with "
        + place.setting();
  }

  private String notRemoved(String why) {
    return "logs of claims that are gone stay in "
        + dir
        + " ("
        + why
        + "); make the directory writable for the agent, whose root user needs CAP_DAC_OVERRIDE and"
        + " CAP_FOWNER; or remove them yourself";
  }

  private String why(IOException e) {
    String why = ErrorText.of(e);
    String prefix = dir + ": "; // is in the sentence
    return why.startsWith(prefix) ? why.substring(prefix.length()) : why;
  }
}
