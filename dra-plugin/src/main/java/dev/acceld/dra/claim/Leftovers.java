package dev.acceld.dra.claim;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was made for claims that have been given back, and could not be unmade then because the
 * hardware did not answer: the claims' records, moved here. They hold nothing; they say what is
 * ours to unmake. Thread-safe; whoever unmakes something holds the lock of its physical part.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final String SUFFIX = ".json";

  private final Path dir;
  private final RecordFiles files;

  Leftovers(Path stateDir, RecordFiles files) throws IOException {
    this.dir = stateDir.resolve("leftovers");
    this.files = files;
    Files.createDirectories(dir);
  }

  /** A name for the record of that claim; a claim may leave something several times. */
  Path place(String uid) throws IOException {
    int number = 0;
    Path path;
    do {
      path = dir.resolve(uid + "-" + number++ + SUFFIX);
    } while (Files.exists(path));
    return path;
  }

  /** Keeps a record here, durably. */
  void add(ClaimRecord record) throws IOException {
    files.replace(place(record.claim().uid()), ClaimRecordCodec.encode(record));
  }

  /** All of them; one that cannot be read is left out, and stays. */
  Map<Path, ClaimRecord> all() throws IOException {
    Map<Path, ClaimRecord> all = new HashMap<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir, "*" + SUFFIX)) {
      for (Path file : list) {
        try {
          all.put(file, ClaimRecordCodec.decode(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
          // another process was quicker
        } catch (RecordDamaged e) {
          LOG.debug("{} cannot be read: {}", file, e.getMessage());
        }
      }
    }
    return all;
  }

  /** Forgets one. */
  void remove(Path file) throws IOException {
    files.remove(file);
  }
}
