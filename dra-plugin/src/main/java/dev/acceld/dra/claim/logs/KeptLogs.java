package dev.acceld.dra.claim.logs;

import dev.acceld.steady.DirectoryBelow;
import dev.acceld.vendor.LogPlace;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Directories that stay after their claims, in {@code kept}. Their names begin with the time at
 * which the claim was given back, because a container can change every other time.
 */
final class KeptLogs {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final LogPlace place;
  private final Path dir;
  private final Discard discard;

  /** Takes a directory away for good. */
  interface Discard {
    void discard(Path path) throws IOException;
  }

  KeptLogs(LogPlace place, Discard discard) {
    this.place = place;
    this.dir = place.directory().resolve("kept");
    this.discard = discard;
  }

  void add(Path path, Instant now) throws IOException {
    DirectoryBelow.make(
        dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.move(
        path,
        dir.resolve(TIME.format(now) + "_" + path.getFileName()),
        StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes away those that are too old or too many, the oldest first. */
  void expire(Instant now) throws IOException {
    int newer = 0;
    for (Map.Entry<String, Instant> each : newestFirst().entrySet()) {
      boolean old = each.getValue().plus(place.keepFor()).isBefore(now);
      if (newer++ >= place.keep() || old) {
        try {
          discard.discard(dir.resolve(each.getKey()));
        } catch (NoSuchFileException e) {
          // another agent of this node was quicker
        }
      }
    }
  }

  /** Names with their times; what somebody else has put here has none and is left alone. */
  private Map<String, Instant> newestFirst() throws IOException {
    Map<String, Instant> found = new TreeMap<>(Comparator.reverseOrder());
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir)) {
      for (Path path : list) {
        String name = String.valueOf(path.getFileName());
        time(name).ifPresent(time -> found.put(name, time));
      }
    } catch (NoSuchFileException e) {
      return found; // nothing was kept
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static Optional<Instant> time(String name) {
    int end = name.indexOf('_');
    try {
      return end < 0
          ? Optional.empty()
          : Optional.of(Instant.from(TIME.parse(name.substring(0, end))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
