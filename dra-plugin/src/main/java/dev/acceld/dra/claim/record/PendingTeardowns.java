package dev.acceld.dra.claim.record;

import dev.acceld.steady.DirectoryBelow;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was made for claims that have been given back, and could not be unmade then because the
 * hardware did not answer: the claims' records, moved here. They hold nothing; they say what is
 * ours to unmake. Thread-safe; whoever unmakes something holds the lock of its physical part.
 */
public final class PendingTeardowns {
  private static final Logger LOG = LoggerFactory.getLogger(PendingTeardowns.class);
  private static final String SUFFIX = ".json";

  private final Path dir;
  private final RecordFiles files;
  private final Set<Path> told = ConcurrentHashMap.newKeySet();

  /**
   * Below a state directory; made if need be.
   *
   * @throws IOException when it cannot be made
   */
  public PendingTeardowns(Path stateDir, RecordFiles files) throws IOException {
    this.dir = stateDir.resolve("leftovers");
    this.files = files;
    Files.createDirectories(dir);
  }

  /** A name for the record of that claim; a claim may leave something several times. */
  public Path place(String uid) throws IOException {
    DirectoryBelow.make(dir);
    int number = 0;
    Path path;
    do {
      path = dir.resolve(uid + "-" + number++ + SUFFIX);
    } while (Files.exists(path));
    return path;
  }

  /** Keeps a record here, durably; what the same claim has left already is not kept twice. */
  public void add(ClaimRecord record) throws IOException {
    for (ClaimRecord kept : all().values()) {
      if (kept.claim().uid().equals(record.claim().uid())
          && kept.bootId().equals(record.bootId())
          && kept.devices().equals(record.devices())) {
        return;
      }
    }
    files.replace(place(record.claim().uid()), ClaimRecordCodec.encode(record));
  }

  /** All of them; one that cannot be read is left out, and stays. It keeps no claim waiting. */
  public Map<Path, ClaimRecord> all() {
    Map<Path, ClaimRecord> all = new HashMap<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(dir, "*" + SUFFIX)) {
      for (Path file : list) {
        read(file).ifPresent(record -> all.put(file, record));
      }
    } catch (NoSuchFileException e) {
      return all; // nothing was left
    } catch (IOException e) {
      warnOnce(dir, ErrorText.of(e));
    } catch (DirectoryIteratorException e) {
      warnOnce(dir, ErrorText.of(e));
    }
    return all;
  }

  private Optional<ClaimRecord> read(Path file) {
    try {
      return Optional.of(ClaimRecordCodec.decode(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      // another process was quicker
    } catch (RecordDamagedException e) {
      warnOnce(file, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      warnOnce(file, ErrorText.of(e));
    }
    return Optional.empty();
  }

  private void warnOnce(Path path, String why) {
    if (told.add(path)) {
      LOG.warn(
          "{} cannot be read: {}; a partition that it names may stay on its GPU until a reboot",
          path,
          why);
    }
  }

  /** Forgets one. */
  public void remove(Path file) throws IOException {
    files.remove(file);
  }
}
