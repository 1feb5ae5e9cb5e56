package dev.acceld.fake.kubelet;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is registered equal to the sockets in the registry directory: new ones are registered,
 * with growing pauses after failures; those that vanish or are replaced are taken out.
 */
final class PluginWatcher {
  private static final Logger log = LoggerFactory.getLogger(PluginWatcher.class);
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 122_000;

  /** What to do about a socket. */
  interface Handler {
    /** Blocks; called on a thread of its own. */
    void appeared(Path socket) throws IOException;

    /** Called on the thread that looks. */
    void vanished(Path socket);
  }

  private final Path directory;
  private final Handler handler;
  private final Executor workers;
  private final Map<Path, Seen> seen = new HashMap<>(); // one thread looks

  PluginWatcher(Path directory, Handler handler, Executor workers) {
    this.directory = directory;
    this.handler = handler;
    this.workers = workers;
  }

  /** Looks once. */
  void look() {
    Map<Path, Identity> there = sockets();
    for (Iterator<Map.Entry<Path, Seen>> all = seen.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Path, Seen> one = all.next();
      if (!Objects.equals(there.get(one.getKey()), one.getValue().identity)) {
        all.remove();
        one.getValue().gone.set(true);
        handler.vanished(one.getKey());
      }
    }
    there.forEach((path, identity) -> seen.computeIfAbsent(path, p -> new Seen(identity)));
    long now = System.nanoTime();
    seen.forEach((path, one) -> {
      if (!one.done && now - one.notBefore >= 0 && one.busy.compareAndSet(false, true)) {
        workers.execute(() -> attempt(path, one));
      }
    });
  }

  private void attempt(Path socket, Seen one) {
    try {
      handler.appeared(socket);
      one.done = true;
      if (one.gone.get()) {
        handler.vanished(socket);
      }
    } catch (IOException e) {
      long pause = Math.min(FIRST_PAUSE_MILLIS << Math.min(one.failures, 10), LONGEST_PAUSE_MILLIS);
      one.failures++;
      one.notBefore = System.nanoTime() + pause * 1_000_000;
      log.info("{}; again in {} ms", e.getMessage(), pause);
    } finally {
      one.busy.set(false);
    }
  }

  private Map<Path, Identity> sockets() {
    Map<Path, Identity> sockets = new HashMap<>();
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isOther() && !file.getFileName().toString().startsWith(".")) {
                sockets.put(
                    file, new Identity(attributes.fileKey(), attributes.lastModifiedTime()));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // vanished while we looked
            }
          });
    } catch (IOException e) {
      log.debug("cannot look at {}: {}", directory, e.toString());
    }
    return sockets;
  }

  private record Identity(@Nullable Object key, FileTime modified) {}

  private static final class Seen {
    final Identity identity;
    final AtomicBoolean busy = new AtomicBoolean();
    final AtomicBoolean gone = new AtomicBoolean();
    volatile boolean done;
    volatile long notBefore = System.nanoTime();
    int failures; // handed from attempt to attempt by busy

    Seen(Identity identity) {
      this.identity = identity;
    }
  }
}
