package dev.acceld.agent.health;

import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.health.Mark;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps marks on disk, and learns which ones another agent of the state directory has made or taken
 * back. A mark is in force once it is on disk. What cannot be read takes none back. Any thread.
 */
public final class MarkKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MarkKeeper.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final MarkFiles files;
  private final Consumer<List<Mark>> told;
  private volatile Optional<String> problem = Optional.empty();
  private volatile boolean closed;
  private List<Mark> marks = List.of(); // under the lock of this
  private @Nullable Thread thread; // under the lock of this

  /**
   * Below that state directory; reads nothing before {@link #start}.
   *
   * @param told all marks when they change
   */
  public MarkKeeper(Path stateDir, Consumer<List<Mark>> told) {
    this(new MarkFiles(stateDir.resolve("marks"), RecordFiles.DISK), told);
  }

  MarkKeeper(MarkFiles files, Consumer<List<Mark>> told) {
    this.files = files;
    this.told = told;
  }

  /** Reads the marks on this thread, and goes on looking on another. */
  public synchronized void start() {
    look();
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("health-marks")
            .start(() -> Steady.loop("the look at the marks", () -> !closed, this::round));
  }

  private void round() throws InterruptedException {
    Thread.sleep(EVERY);
    look();
  }

  /** One look at the disk. */
  synchronized void look() {
    try {
      take(files.read());
      problem = Optional.empty();
    } catch (NoSuchFileException e) {
      problem =
          marks.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  files.dir() + " is gone; the marks of devices stay until the agent restarts");
    } catch (IOException e) {
      if (problem.isEmpty()) {
        log.warn("marks of devices cannot be read: {}", ErrorText.of(e));
      }
      problem = Optional.of("marks of devices cannot be read: " + ErrorText.of(e));
    }
  }

  private void take(List<Mark> now) {
    if (!now.equals(marks)) {
      marks = List.copyOf(now);
      told.accept(marks);
    }
  }

  /** All that are in force. */
  public synchronized List<Mark> marks() {
    return marks;
  }

  /** Why the marks on disk are not known; empty while they are. */
  public Optional<String> problem() {
    return problem;
  }

  /**
   * Makes or replaces a mark; comes back when it is on disk and in force.
   *
   * @throws IOException when it cannot be kept: then it is not in force
   */
  public synchronized void set(Mark mark) throws IOException {
    files.write(mark);
    look();
  }

  /**
   * Takes a mark back.
   *
   * @throws IOException when it cannot be removed: then it stays
   */
  public synchronized void clear(Mark mark) throws IOException {
    files.remove(mark);
    look();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
