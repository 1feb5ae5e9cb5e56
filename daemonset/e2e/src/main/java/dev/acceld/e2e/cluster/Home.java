package dev.acceld.e2e.cluster;

import dev.acceld.e2e.components.Cache;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The directory and the control groups of one cluster. There is a row of them in the cache; whoever
 * holds the lock of one has it to himself, and what a killed process left in it is cleared then.
 */
final class Home implements AutoCloseable {
  private static final int MOST = 16;
  private static final String LOG = "log";
  private static final String NODES = "nodes";
  private static final List<String> STATE = List.of("run", "etcd", "containerd", "kubelet", "load");

  private final Path directory;
  private final String name;
  private final FileChannel channel;
  private final FileLock lock;

  private Home(Path directory, FileChannel channel, FileLock lock) {
    this.directory = directory;
    this.name = "acceld-e2e-" + directory.getFileName();
    this.channel = channel;
    this.lock = lock;
  }

  /** The first that nobody has, cleared. */
  static Home claim(Cache cache) throws IOException {
    for (int i = 0; i < MOST; i++) {
      Path directory = cache.root().resolve("clusters").resolve(Integer.toString(i));
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          Home home = new Home(directory, channel, lock);
          home.clear();
          return home;
        }
      } catch (OverlappingFileLockException e) {
        // Another cluster of this very process.
      }
      channel.close();
    }
    throw new IllegalStateException(
        MOST + " clusters run on this machine already; see " + cache.root().resolve("clusters"));
  }

  /** Ends whatever still runs in it and removes what it left; the certificates stay. */
  private void clear() throws IOException {
    Cgroups.remove(name);
    removeState();
    delete(path(LOG));
    place(1);
  }

  /** The part of a node, made if need be. */
  Place place(int number) throws IOException {
    String node = "node-" + number;
    Place place =
        number == 1
            ? new Place(1, directory, path(LOG), path("pki"), name)
            : new Place(
                number,
                path(NODES).resolve(node),
                path(LOG).resolve(node),
                path("pki"),
                // Below: whoever removes the groups of this cluster removes these.
                name + "/" + node);
    for (String state : STATE) {
      Files.createDirectories(place.path(state));
    }
    Files.createDirectories(place.log());
    return place;
  }

  private void removeState() {
    STATE.forEach(state -> delete(path(state)));
    List.of("root", "upper", "work", NODES).forEach(layer -> delete(path(layer)));
  }

  private static void delete(Path path) {
    // One file system only: should a mount ever be left below, what is in it stays.
    Run.of("rm", "-rf", "--one-file-system", path.toString()).output();
  }

  String name() {
    return name;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  Path directory() {
    return directory;
  }

  /**
   * Lets others have it, empty but for certificates and the last logs. Nothing runs in it any more.
   */
  @Override
  public void close() throws IOException {
    removeState();
    lock.release();
    channel.close();
  }
}
