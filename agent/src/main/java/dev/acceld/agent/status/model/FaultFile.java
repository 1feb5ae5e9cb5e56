package dev.acceld.agent.status.model;

import dev.acceld.recorder.FlightFiles;
import dev.acceld.recorder.FlightRecord;
import dev.acceld.steady.Lookout;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The records of faults on disk. The disk may hang: files are read on threads of their own, and
 * nobody waits for long. Nothing is read before somebody asks. Any thread.
 */
public final class FaultFile implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final long PATIENCE_SECONDS = 2;
  private static final int MOST_WAITING = 4;
  private static final Comparator<FaultStatus> NEWEST_FIRST =
      Comparator.comparing((FaultStatus f) -> Instant.parse(f.detectedAt()))
          .thenComparing(FaultStatus::id)
          .reversed();

  private final FlightFiles files;
  private final Lookout<Faults> list;
  private final ThreadPoolExecutor reader;
  private final Map<Path, Seen> seen = new HashMap<>(); // of the list's thread alone

  /**
   * The list of faults.
   *
   * @param known false while the disk does not answer, and when the directory cannot be read
   * @param faults the newest first
   * @param damaged a sentence for each record that cannot be read, or for all of them
   */
  public record Faults(boolean known, List<FaultStatus> faults, List<String> damaged) {}

  /**
   * What a file says.
   *
   * @param stamp changes when the file is replaced
   * @param fault absent when the file cannot be read
   * @param damage why it cannot be read, a sentence; empty when it can
   */
  private record Seen(String stamp, Optional<FaultStatus> fault, String damage) {}

  /** The disk did not answer in time, or says that it cannot read a record. */
  public static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message);
    }
  }

  /** Of those files. */
  public FaultFile(FlightFiles files) {
    this.files = files;
    this.list = new Lookout<>("the list of faults for the status page", EVERY, this::look);
    this.reader =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            work -> Thread.ofPlatform().daemon().name("status-faults").unstarted(work));
    reader.allowCoreThreadTimeOut(true);
  }

  /** The list, some seconds old at most. */
  public Faults list() {
    list.start();
    return list.seen().orElseGet(() -> new Faults(false, List.of(), List.of()));
  }

  /** What is on disk now; may block. Only one thread at a time. */
  Faults look() {
    try {
      readChanged();
      return new Faults(
          true,
          seen.values().stream().flatMap(s -> s.fault().stream()).sorted(NEWEST_FIRST).toList(),
          seen.values().stream().map(Seen::damage).filter(d -> !d.isEmpty()).sorted().toList());
    } catch (IOException | UncheckedIOException e) {
      return new Faults(
          false, List.of(), List.of("the records cannot be read: " + ErrorText.of(e)));
    }
  }

  /**
   * Reads the files that are new, were replaced or could not be read before, one after the other: a
   * record with its readings takes much memory.
   */
  private void readChanged() throws IOException {
    List<Path> there = files.paths();
    seen.keySet().retainAll(Set.copyOf(there));
    for (Path file : there) {
      Optional<String> stamp = stamp(file);
      Seen before = seen.get(file);
      if (stamp.isEmpty()) {
        seen.remove(file); // it was removed meanwhile
      } else if (before == null
          || !before.stamp().equals(stamp.get())
          || !before.damage().isEmpty()) {
        seen.put(file, read(file, stamp.get()));
      }
    }
  }

  private Seen read(Path file, String stamp) {
    try {
      return new Seen(stamp, files.summary(file).map(FaultStatus::brief), "");
    } catch (IOException e) {
      return new Seen(stamp, Optional.empty(), ErrorText.of(e));
    }
  }

  private static Optional<String> stamp(Path file) throws IOException {
    try {
      BasicFileAttributes its = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(its.lastModifiedTime() + " " + its.size() + " " + its.fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * One record, whole; empty when there is none.
   *
   * @throws UnreadableException when it cannot be read now; the message says why
   */
  public Optional<FaultStatus> find(String id) throws UnreadableException {
    try {
      Future<Optional<FlightRecord>> found = reader.submit(() -> files.find(id));
      return found.get(PATIENCE_SECONDS, TimeUnit.SECONDS).map(FaultStatus::whole);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new UnreadableException(ErrorText.of(cause == null ? e : cause));
    } catch (TimeoutException | RejectedExecutionException e) {
      throw new UnreadableException("the disk with the records of faults does not respond");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreadableException("the agent is stopping");
    }
  }

  @Override
  public void close() {
    list.close();
    reader.shutdownNow();
  }
}
