package dev.acceld.recorder;

import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.steady.DirectoryBelow;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The directory of flight records, {@code <state-dir>/flight}: a file for each, replaced as a whole
 * and durably. Any process may read it; one writes. A damaged file costs that record.
 */
public final class FlightFiles {
  private static final String SUFFIX = ".json.gz";
  private static final String TEMPORARY = ".tmp";
  private static final Comparator<FlightRecord> OLDEST_FIRST =
      Comparator.comparing((FlightRecord r) -> Instant.parse(r.fault().detectedAt()))
          .thenComparing(FlightRecord::id);

  private final Path dir;
  private final RecordFiles disk;

  /** Below that state directory. */
  public static FlightFiles below(Path stateDir) {
    return new FlightFiles(stateDir.resolve("flight"), RecordFiles.DISK);
  }

  FlightFiles(Path dir, RecordFiles disk) {
    this.dir = dir;
    this.disk = disk;
  }

  /** Where they are. */
  public Path dir() {
    return dir;
  }

  /**
   * What is there.
   *
   * @param records the oldest first
   * @param damaged what cannot be read, and why: a sentence for each file
   */
  public record Listing(List<FlightRecord> records, List<String> damaged) {}

  /**
   * Reads all, with readings and kernel lines: up to half a megabyte of memory for each.
   *
   * @throws IOException when the directory cannot be read
   */
  public Listing list() throws IOException {
    return list(UnaryOperator.identity());
  }

  /**
   * Reads all and keeps their {@linkplain FlightRecord#summary summaries}. There is never more than
   * one whole record in memory.
   *
   * @throws IOException when the directory cannot be read
   */
  public Listing summaries() throws IOException {
    return list(FlightRecord::summary);
  }

  /**
   * Reads all.
   *
   * @param kept what is kept of a record; called before the next one is read
   * @throws IOException when the directory cannot be read
   */
  Listing list(UnaryOperator<FlightRecord> kept) throws IOException {
    List<FlightRecord> records = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    for (Path file : paths()) {
      try {
        records.add(kept.apply(read(file)));
      } catch (NoSuchFileException removedMeanwhile) {
        // It is no longer there to be listed.
      } catch (IOException e) {
        damaged.add(unreadable(file, e));
      }
    }
    records.sort(OLDEST_FIRST);
    damaged.sort(null);
    return new Listing(records, damaged);
  }

  /**
   * The files of all records, in no order. What is being written is not among them.
   *
   * @throws IOException when the directory cannot be read
   */
  public List<Path> paths() throws IOException {
    return files(SUFFIX);
  }

  /**
   * The {@linkplain FlightRecord#summary summary} of one file of {@link #paths}; empty when it was
   * removed meanwhile.
   *
   * @throws IOException when it cannot be read; the message is a sentence that names the file
   */
  public Optional<FlightRecord> summary(Path file) throws IOException {
    try {
      return Optional.of(read(file).summary());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException(unreadable(file, e), e);
    }
  }

  private static String unreadable(Path file, IOException why) {
    return file + " cannot be read: " + ErrorText.of(why);
  }

  /**
   * One of them.
   *
   * @throws IOException when it is there and cannot be read
   */
  public Optional<FlightRecord> find(String id) throws IOException {
    if (!FlightCodec.isId(id)) {
      return Optional.empty();
    }
    Path file = file(id);
    try {
      return Optional.of(read(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException(unreadable(file, e) + "; remove it", e);
    }
  }

  private static FlightRecord read(Path file) throws IOException {
    if (Files.size(file) > FlightCodec.MOST_BYTES) {
      throw new IOException("it is longer than 256 KiB");
    }
    FlightRecord record = FlightCodec.decode(Files.readAllBytes(file));
    if (!file.endsWith(record.id() + SUFFIX)) {
      throw new IOException("it contains the record " + record.id());
    }
    return record;
  }

  private Path file(String id) {
    return dir.resolve(id + SUFFIX);
  }

  private List<Path> files(String suffix) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(dir, "*" + suffix)) {
      all.forEach(found::add);
    } catch (NoSuchFileException e) {
      return List.of(); // there was no fault yet
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /** Whether there is a record of that id. */
  boolean exists(String id) {
    return Files.exists(file(id));
  }

  /** Makes the directory if needed; its parent must be there. */
  void make() throws IOException {
    DirectoryBelow.make(dir);
  }

  /** Removes what a crash left of a write. Only the process that writes may do so. */
  void tidy() throws IOException {
    for (Path file : files(TEMPORARY)) {
      Files.deleteIfExists(file);
    }
  }

  /** Writes or replaces one. */
  void write(FlightRecord record) throws IOException {
    make();
    disk.replace(file(record.id()), FlightCodec.encode(record));
  }

  /**
   * Removes what is more than that many: damaged ones first, then those of faults that are over,
   * the oldest first.
   *
   * @return the ids of the records that were removed
   */
  List<String> prune(int most) throws IOException {
    List<Path> all = paths();
    int tooMany = all.size() - most;
    List<String> removed = new ArrayList<>();
    if (tooMany <= 0) {
      return removed;
    }
    List<FlightRecord> records = new ArrayList<>(summaries().records());
    records.sort(Comparator.comparing(FlightRecord::lasts).thenComparing(OLDEST_FIRST));
    List<String> readable = records.stream().map(r -> r.id() + SUFFIX).toList();
    List<Path> order = new ArrayList<>();
    all.stream()
        .filter(f -> !readable.contains(String.valueOf(f.getFileName())))
        .forEach(order::add);
    records.forEach(r -> order.add(file(r.id())));
    for (Path file : order.subList(0, Math.min(tooMany, order.size()))) {
      if (disk.remove(file)) {
        String name = String.valueOf(file.getFileName());
        removed.add(name.substring(0, name.length() - SUFFIX.length()));
      }
    }
    return removed;
  }
}
