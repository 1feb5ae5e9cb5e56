package dev.acceld.agent.status.model;

import dev.acceld.recorder.FlightFiles;
import dev.acceld.recorder.FlightRecord;
import dev.acceld.steady.Lookout;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The records of faults on disk. The disk may hang: files are read on threads of their own, and
 * nobody waits for long. Nothing is read before somebody asks. Any thread.
 */
public final class FaultFile implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final long PATIENCE_SECONDS = 2;
  private static final int MOST_WAITING = 4;

  private final FlightFiles files;
  private final Lookout<Faults> list;
  private final ThreadPoolExecutor reader;
  private Map<String, String> stamps = Map.of(); // of the list's thread alone, as is what follows
  private Faults latest = new Faults(true, List.of(), List.of());

  /**
   * The list of faults.
   *
   * @param known false while the disk does not answer
   * @param faults the newest first
   * @param damaged a sentence for each record that cannot be read
   */
  public record Faults(boolean known, List<FaultStatus> faults, List<String> damaged) {}

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

  private Faults look() {
    try {
      Map<String, String> now = stamps();
      if (!now.equals(stamps)) {
        FlightFiles.Listing all = files.list();
        latest =
            new Faults(
                true,
                all.records().reversed().stream().map(FaultStatus::brief).toList(),
                all.damaged());
        stamps = now;
      }
      return latest;
    } catch (IOException e) {
      return new Faults(true, List.of(), List.of("the records cannot be read: " + ErrorText.of(e)));
    }
  }

  private Map<String, String> stamps() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.list(files.dir())) {
      for (Path file : all.toList()) {
        BasicFileAttributes its = Files.readAttributes(file, BasicFileAttributes.class);
        found.put(file.toString(), its.lastModifiedTime() + " " + its.size());
      }
    } catch (NoSuchFileException e) {
      return found; // there was no fault yet, or one was replaced meanwhile
    }
    return found;
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
