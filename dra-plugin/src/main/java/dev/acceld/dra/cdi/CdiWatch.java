package dev.acceld.dra.cdi;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which files of a CDI directory change, whoever changes them: by inotify, and where that
 * cannot be had or the directory is another one by now, by a look at the directory's time every
 * second. Survives that the directory goes and comes back. Calls the listener from one thread, with
 * pauses that grow while it has to mend something again and again, so that a fight with somebody
 * else costs little.
 */
public final class CdiWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CdiWatch.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration SETTLE = Duration.ofMillis(10);
  private static final Duration FORGET = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Puts in order what is not; on the watch's thread. */
  public interface Listener {
    /** Something may have changed. */
    Answer changed(Changes what) throws IOException, InterruptedException;
  }

  /** What may have changed since the listener was called last. */
  public sealed interface Changes {

    /** Any file: the watch is new, the directory is another one, or events were lost. */
    record Everything() implements Changes {}

    /**
     * These files, and no other.
     *
     * @param names in the directory; temporary files are left out
     */
    record Files(Set<String> names) implements Changes {
      /** Takes a copy. */
      public Files {
        names = Set.copyOf(names);
      }
    }
  }

  /**
   * What the listener did.
   *
   * @param mended whether anything had to be put in order
   * @param later files that it could not look at now; they are told again in a second
   */
  public record Answer(boolean mended, Set<String> later) {
    /** Takes a copy. */
    public Answer {
      later = Set.copyOf(later);
    }
  }

  private final Path dir;
  private final Listener listener;
  private final Thread thread;
  private @Nullable WatchService service;
  private @Nullable WatchKey key;
  private @Nullable State state;
  private boolean told;
  private boolean everything;
  private final Set<String> names = new HashSet<>();
  private final Set<String> later = new HashSet<>();
  private long laterSince;
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
          drain();
          tell();
        }
      } catch (InterruptedException e) {
        break;
      } catch (IOException | RuntimeException | Error e) {
        LOG.warn("cannot check the CDI files in {}, retrying: {}", dir, ErrorText.of(e));
        everything = true;
        if (!sleep(LOOK)) {
          break;
        }
      }
    }
    closeService();
  }

  private void tell() throws IOException, InterruptedException {
    Changes changes = everything ? new Changes.Everything() : new Changes.Files(names);
    everything = false;
    names.clear();
    boolean unwatched = key == null;
    Answer answer = listener.changed(changes);
    later.addAll(answer.later());
    laterSince = System.nanoTime();
    if (answer.mended()) {
      mends++;
      lastMend = System.nanoTime();
      everything |= unwatched; // all of it may be gone again before it could be watched
    }
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
    if (everything) {
      Thread.sleep(SETTLE);
    } else if (watching != null && key != null) {
      WatchKey event = watching.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      take(event);
      lookAtDirectory(event == null ? watching : null);
    } else {
      Thread.sleep(LOOK);
      lookAtDirectory(null);
    }
    if (!later.isEmpty() && System.nanoTime() - laterSince >= LOOK.toNanos()) {
      names.addAll(later);
      later.clear();
    }
    return everything || !names.isEmpty();
  }

  private void take(@Nullable WatchKey event) {
    if (event == null) {
      return;
    }
    for (WatchEvent<?> one : event.pollEvents()) {
      if (!(one.context() instanceof Path file)) {
        everything = true; // events were lost
      } else if (CdiDirectory.targetOf(file.toString()).isEmpty()) {
        names.add(file.toString());
      }
    }
    if (!event.reset() && event.equals(key)) {
      key = null; // the directory is gone
      everything = true;
    }
  }

  /** What has come while others were waited for. */
  private void drain() {
    WatchService watching = service;
    if (watching == null) {
      return;
    }
    for (WatchKey event = watching.poll(); event != null; event = watching.poll()) {
      take(event);
    }
    State before = state;
    State now = look().orElse(null);
    if (before != null && now != null && now.key().equals(before.key())) {
      state = now; // or the next quiet look took for unseen what was told by these events
    }
  }

  /**
   * Whether it still is the one that is watched.
   *
   * @param quiet the watch, if it has told nothing for a second
   */
  private void lookAtDirectory(@Nullable WatchService quiet) throws InterruptedException {
    State before = state;
    State now = look().orElse(null);
    state = now;
    if (now == null) {
      everything |= before != null;
      forgetKey(); // it watches a directory that is not there any more
    } else if (before == null || !now.key().equals(before.key())) {
      everything = true;
      if (before != null) {
        forgetKey();
      }
    } else if (now.modified() != before.modified()) {
      if (key == null) {
        everything = true;
      } else if (quiet != null) {
        WatchKey late = quiet.poll(SETTLE.toMillis(), TimeUnit.MILLISECONDS);
        everything |= late == null; // a file system that tells nothing
        take(late);
      }
    }
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
      State before = look().orElse(null);
      key =
          dir.register(
              watching,
              StandardWatchEventKinds.ENTRY_DELETE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_CREATE);
      everything = true; // what happened before is not told
      state = look().orElse(null);
      if (before == null || state == null || !before.key().equals(state.key())) {
        forgetKey(); // replaced meanwhile: which of the two is watched is not known
      }
      told = false;
    } catch (IOException | RuntimeException e) {
      if (!told) {
        LOG.info("{} cannot be watched ({}); polling it every second", dir, e.getMessage());
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
      LOG.debug("{}", ErrorText.of(e));
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
