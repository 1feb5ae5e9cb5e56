package dev.acceld.dra.claim.record;

import dev.acceld.dra.claim.ClaimUid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells the other process of a rolling update that a claim was unprepared: a prepare that hangs
 * over there since before must not finish afterwards (the claim's record does not tell: a second
 * pod's call may have been finished here while the first one's still hangs there). {@code
 * InFlightPrepares} does the same inside one process.
 *
 * <p>No clock has a part in it: each unprepare leaves a mark that never was before, a prepare notes
 * the mark when it begins, and it is stale when there is another one. Not durable, since no prepare
 * outlives a reboot. A mark that cannot be written is no error: then the janitor cleans up later.
 * Thread-safe.
 */
public final class Tombstones {
  private static final String TEMPORARY = ".tmp";

  /** Of a claim that was never unprepared, as far as is known; no mark is like it. */
  private static final String NEVER = "never";

  /** A UUID is shorter. */
  private static final int LONGEST = 64;

  private final Path dir;
  private final LongSupplier nanoTime;
  private final Map<String, Seen> seen = new HashMap<>(); // guarded by this

  /** A mark, and when it was first seen by {@link System#nanoTime}. */
  private record Seen(String mark, long since) {}

  /**
   * Below a state directory; made if need be.
   *
   * @throws IOException when it cannot be made
   */
  public Tombstones(Path stateDir) throws IOException {
    this(stateDir, System::nanoTime);
  }

  /**
   * The same by a clock of the caller's, in nanoseconds; for tests.
   *
   * @throws IOException when it cannot be made
   */
  public Tombstones(Path stateDir, LongSupplier nanoTime) throws IOException {
    this.dir = stateDir.resolve("tombstones");
    this.nanoTime = nanoTime;
    Files.createDirectories(dir);
  }

  /** Makes every prepare of that claim that has noted its mark until now a stale one. */
  public void set(String uid) {
    Path temporary = dir.resolve(uid + TEMPORARY);
    try {
      Files.writeString(temporary, UUID.randomUUID().toString());
      Files.move(temporary, dir.resolve(uid), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // see above
    }
  }

  /**
   * The same with a file that is not needed any more and is like none that was here before, such as
   * the second copy of the claim's record: a file less to make.
   */
  public void set(String uid, Path used) {
    try {
      Files.move(used, dir.resolve(uid), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      set(uid);
    }
  }

  /** The mark of the last unprepare of a claim, to be noted when a prepare begins. */
  public Optional<String> mark(String uid) {
    if (!ClaimUid.safe(uid)) {
      return Optional.empty();
    }
    if (Files.notExists(dir.resolve(uid))) {
      return Optional.empty(); // the usual case, and cheaper than an exception
    }
    try {
      return Optional.of(shortened(Files.readString(dir.resolve(uid))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("unreadable " + UUID.randomUUID()); // like no other
    }
  }

  /** Whether the claim was unprepared since that mark was noted; under its lock. */
  public boolean setSince(String uid, Optional<String> noted) {
    Optional<String> now = mark(uid);
    return now.isPresent() && !now.equals(noted);
  }

  /**
   * What a record of the claim notes, so that {@link #setAfter} can tell later which of the two was
   * first; under the claim's lock.
   *
   * @return empty when it cannot be found out
   */
  public Optional<String> toNote(String uid) {
    if (Files.notExists(dir.resolve(uid))) {
      return Optional.of(NEVER);
    }
    try {
      return Optional.of(shortened(Files.readString(dir.resolve(uid))));
    } catch (NoSuchFileException e) {
      return Optional.of(NEVER);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether the claim was unprepared after a record noted that; false when it cannot be found out,
   * as for a record of an older agent, which noted nothing.
   */
  boolean setAfter(String uid, Optional<String> noted) {
    Optional<String> now = toNote(uid);
    return noted.isPresent()
        && now.isPresent()
        && !now.get().equals(NEVER)
        && !now.equals(noted.map(Tombstones::shortened)); // an older agent notes all of it
  }

  /** A mark as it is compared: the file of another purpose may be long. */
  private static String shortened(String mark) {
    if (mark.length() <= LONGEST) {
      return mark;
    }
    byte[] all = mark.getBytes(StandardCharsets.UTF_8);
    CRC32 crc32 = new CRC32();
    crc32.update(all);
    CRC32C crc32c = new CRC32C();
    crc32c.update(all);
    return all.length + "-" + crc32.getValue() + "-" + crc32c.getValue();
  }

  /** Removes the marks that were there for so long that no prepare under way is older. */
  public synchronized void sweep(Duration oldestPrepare) throws IOException {
    long now = nanoTime.getAsLong();
    Set<String> there = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        Optional<String> mark = name.endsWith(TEMPORARY) ? Optional.of("") : mark(name);
        there.add(name);
        Seen before = seen.get(name);
        if (before == null || !mark.equals(Optional.of(before.mark()))) {
          seen.put(name, new Seen(mark.orElse(""), now));
        } else if (now - before.since() > oldestPrepare.toNanos()) {
          Files.deleteIfExists(file);
        }
      }
    }
    seen.keySet().retainAll(there);
  }
}
