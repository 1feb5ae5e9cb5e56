package dev.acceld.dra.claim;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * Tells the other process of a rolling update that a claim was unprepared: a prepare that hangs
 * over there since before must not finish afterwards (the claim's record does not tell: a second
 * pod's call may have been finished here while the first one's still hangs there). {@link Attempts}
 * does the same inside one process. Not durable, since no prepare outlives a reboot. A tombstone
 * that cannot be written is no error: then the janitor cleans up later.
 */
final class Tombstones {
  /** One that is so much later than now is from before the clock was set back. */
  private static final Duration CLOCK_SET_BACK = Duration.ofMinutes(1);

  private final Path dir;

  Tombstones(Path stateDir) throws IOException {
    this.dir = stateDir.resolve("tombstones");
    Files.createDirectories(dir);
  }

  /** Makes every prepare of that claim that has begun before now a stale one; under its lock. */
  void set(String uid) {
    try {
      Files.writeString(dir.resolve(uid), Instant.now().toString());
    } catch (IOException e) {
      // see above
    }
  }

  /** Whether the claim was unprepared since; under its lock. */
  boolean setSince(String uid, Instant since) {
    Path file = dir.resolve(uid);
    if (!Files.exists(file)) {
      return false;
    }
    try {
      Instant set = time(file);
      return !set.isBefore(since) && !ahead(set);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // somebody unprepared it; when is not to be found out
    }
  }

  /** The file's own time is too coarse, but all there is if the writer died on the way. */
  private static Instant time(Path file) throws IOException {
    try {
      return Instant.parse(Files.readString(file));
    } catch (DateTimeParseException e) {
      return Files.getLastModifiedTime(file).toInstant();
    }
  }

  private static boolean ahead(Instant set) {
    return set.isAfter(Instant.now().plus(CLOCK_SET_BACK));
  }

  /** Removes those that no prepare under way can be older than. */
  void sweep(Instant before) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        try {
          Instant set = Files.getLastModifiedTime(file).toInstant();
          if (set.isBefore(before) || ahead(set)) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException e) {
          // the other process sweeps too
        }
      }
    }
  }
}
