package dev.acceld.dra.cdi;

import dev.acceld.words.InWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when a CDI directory changes, whoever changes it: by inotify, and where that cannot be had
 * or the directory is another one by now, by a look at the directory's time every second. Survives
 * that the directory goes and comes back. Calls the listener from one thread, with pauses that grow
 * while it has to mend something again and again, so that a fight with somebody else costs little.
 */
public final class CdiWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CdiWatch.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration SETTLE = Duration.ofMillis(10);
  private static final Duration FORGET = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Puts in order what is not; on the watch's thread. */
  public interface Listener {
    /**
     * Something may have changed.
     *
     * @return whether anything had to be put in order
     */
    boolean changed() throws IOException, InterruptedException;
  }

  private final Path dir;
  private final Listener listener;
  private final Thread thread;
  private @Nullable WatchService service;
  private @Nullable WatchKey key;
  private @Nullable State state;
  private boolean told;
  private boolean again;
  private int mends;
  private long lastMend;
  private volatile boolean closed;

  /** The directory as it was last seen: another one in its place has another key. */
  private record State(Object key, long modified) {}

  private CdiWatch(Path dir, Listener listener) {
    this.dir = dir;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("cdi-watch").unstarted(this::run);
  }

  /** Begins to watch; the directory may come later. */
  public static CdiWatch start(Path dir, Listener listener) {
    CdiWatch watch = new CdiWatch(dir, listener);
    watch.thread.start();
    return watch;
  }

  private void run() {
    while (!closed) {
      try {
        if (awaitChange()) {
          Thread.sleep(pause()); // one round for what comes together
          if (listener.changed()) {
            mends++;
            lastMend = System.nanoTime();
            again = true; // all of it may be gone again before it could be watched
          }
        }
      } catch (InterruptedException e) {
        break;
      } catch (IOException | RuntimeException | Error e) {
        LOG.warn("CDI files in {} cannot be looked at for now: {}", dir, InWords.of(e));
        again = true;
        if (!sleep(LOOK)) {
          break;
        }
      }
    }
    closeService();
  }

  /** Short, and longer with each mend of the last minute. */
  private Duration pause() {
    if (System.nanoTime() - lastMend > FORGET.toNanos()) {
      mends = 0;
    }
    Duration pause = SETTLE.multipliedBy(1L << Math.min(mends, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** False when a second has gone by without a change. */
  private boolean awaitChange() throws InterruptedException {
    register();
    WatchService watching = service;
    WatchKey event = null;
    boolean changed = again;
    again = false;
    if (changed) {
      Thread.sleep(SETTLE);
    } else if (watching != null && key != null) {
      event = watching.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } else {
      Thread.sleep(LOOK);
    }
    changed |= event != null && !event.pollEvents().isEmpty();
    if (event != null && !event.reset()) {
      key = null; // the directory is gone
      changed = true;
    }
    State now = look().orElse(null);
    changed |= now == null ? state != null : !now.equals(state);
    if (now == null || (state != null && !now.key().equals(state.key()))) {
      forgetKey(); // it watches a directory that is not there any more
    }
    state = now;
    return changed;
  }

  private void register() {
    if (key != null || !Files.isDirectory(dir)) {
      return;
    }
    try {
      WatchService watching = service;
      if (watching == null) {
        watching = dir.getFileSystem().newWatchService();
        service = watching;
      }
      key =
          dir.register(
              watching,
              StandardWatchEventKinds.ENTRY_DELETE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_CREATE);
      state = null; // what happened before is not told
      told = false;
    } catch (IOException | RuntimeException e) {
      if (!told) {
        LOG.info("{} cannot be watched ({}); it is looked at every second", dir, e.getMessage());
      }
      told = true;
    }
  }

  private void forgetKey() {
    WatchKey old = key;
    key = null;
    if (old != null) {
      old.cancel();
    }
  }

  private Optional<State> look() {
    try {
      BasicFileAttributes now =
          Files.readAttributes(
              dir.toRealPath(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new State(
              String.valueOf(now.fileKey()), now.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void closeService() {
    try {
      if (service != null) {
        service.close();
      }
    } catch (IOException e) {
      LOG.debug("{}", InWords.of(e));
    }
  }

  private static boolean sleep(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Ends the watch; waits for a listener that is under way, a bounded time. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(LOOK.multipliedBy(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
