package dev.acceld.dra.kubelet;

import dev.acceld.dra.kubelet.relay.RelayException;
import dev.acceld.dra.kubelet.relay.SocketRelay;
import dev.acceld.text.ErrorText;
import io.grpc.Server;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One of our socket files and the server behind it. Knows whether the file is still the one that it
 * bound, and binds anew when it is not. With a relay, the file is the relay's and the server
 * listens behind it. Not for use by several threads at once.
 */
final class KubeletSocket {
  static final String REMEDY =
      ": the process must be allowed to write there (root, and in a pod the host's directory"
          + " mounted read-write at the same path); --kubelet-dir must be the kubelet's --root-dir";

  private final Path path;
  private final Path inside; // where our own server listens: the same without a relay
  private final @Nullable SocketRelay relay;
  private final String directoryMode;
  private final Function<Path, Server> servers;
  private final KubeletTransport transport;
  private @Nullable Server server;
  private volatile List<Bound> bound = List.of(); // looked at by the thread that checks
  private boolean kept;
  private final List<Server> replaced = new ArrayList<>(); // may still have calls in flight

  /**
   * @param path which the kubelet knows
   * @param name of our own socket behind the relay
   * @param relay has the socket in our place, if there is one
   * @param directoryMode for the directory when it has to be made
   * @param servers makes a server for that path that is not started yet
   */
  KubeletSocket(
      Path path,
      String name,
      @Nullable SocketRelay relay,
      String directoryMode,
      Function<Path, Server> servers,
      KubeletTransport transport) {
    this.path = path;
    this.relay = relay;
    inside = relay == null ? path : relay.inside(name);
    this.directoryMode = directoryMode;
    this.servers = servers;
    this.transport = transport;
  }

  Path path() {
    return path;
  }

  /** Where our own server can be called, without the relay. */
  Path inside() {
    return inside;
  }

  /** Whether the relay has had this socket since before this process: the kubelet knows it. */
  boolean kept() {
    return kept;
  }

  /** Has the relay's socket made anew by the next {@link #open}, so that the kubelet notices. */
  void forget() throws IOException {
    if (relay != null) {
      relay.close(path);
    }
  }

  /** Binds and listens in one step. */
  void open() throws IOException {
    makeDirectory();
    boolean whole = false;
    try {
      Files.deleteIfExists(inside); // the name is ours alone; no server of ours listens by now
      server = servers.apply(inside).start();
      Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rw-------"));
      publish();
      whole = true;
    } catch (RelayException e) {
      throw new IOException("cannot listen on " + path + ": " + ErrorText.of(e), e);
    } catch (IOException e) {
      throw new IOException("cannot listen on " + path + " (" + reason(e) + ")" + REMEDY, e);
    } finally {
      if (!whole) {
        abandon();
      }
    }
  }

  /** A server that nobody is led to must not go on listening: the next one takes its place. */
  private void abandon() {
    Server running = server;
    server = null;
    bound = List.of();
    if (running != null) {
      running.shutdownNow();
      try {
        transport.settle(); // the closing listener removes the path, which must not hit the next
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void publish() throws IOException {
    if (relay == null) {
      bound = List.of(Bound.at(path));
    } else {
      Bound control = Bound.at(relay.control());
      kept = relay.listen(path, inside);
      bound = List.of(Bound.at(inside), control, Bound.at(path));
    }
  }

  /** Whether the file is there and is the one that we bound, or had bound. */
  boolean intact() {
    List<Bound> all = bound;
    return !all.isEmpty() && all.stream().allMatch(Bound::intact);
  }

  /**
   * Puts a fresh socket in the place of a lost one. Calls in flight on the old one go on; the
   * kubelet is told to connect anew.
   *
   * @param beforeShutdown ends what would keep the old server from ever ending
   */
  void reopen(Runnable beforeShutdown) throws IOException, InterruptedException {
    if (relay != null && server != null && !bound.isEmpty() && bound.get(0).intact()) {
      makeDirectory();
      publish(); // the relay's socket was lost, or the relay
      return;
    }
    Server old = server;
    if (old != null) {
      server = null;
      bound = List.of(); // also if the lost file comes back, nobody listens on it any more
      beforeShutdown.run();
      old.shutdown();
      replaced.removeIf(Server::isTerminated);
      replaced.add(old);
      transport.settle(); // the closing listener removes the path, which must not hit the new one
    }
    open();
  }

  /** Takes no more calls and waits for those in flight; the rest is cut off. */
  void drain(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    List<Server> all = new ArrayList<>(replaced);
    if (server != null) {
      server.shutdown();
      all.add(server);
    }
    for (Server one : all) {
      if (!one.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        one.shutdownNow();
      }
    }
  }

  /** Cuts everything off and removes the file, if it is still ours. */
  void close() throws InterruptedException {
    Server running = server;
    if (running == null) {
      return;
    }
    server = null;
    running.shutdownNow();
    transport.settle();
    try {
      if (relay != null) {
        Files.deleteIfExists(inside);
        relay.close(path);
      } else if (intact()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + path, e);
    }
  }

  private void makeDirectory() throws IOException {
    Path directory = Objects.requireNonNull(path.getParent());
    try {
      if (!Files.isDirectory(directory)) {
        Path above = directory.getParent();
        if (above != null) {
          Files.createDirectories(above);
        }
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(directoryMode)));
      }
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw new IOException("cannot create " + directory + ": a file with that name exists", e);
      }
    } catch (IOException e) {
      throw new IOException("cannot create " + directory + " (" + reason(e) + ")" + REMEDY, e);
    }
    if (!Files.isWritable(directory)) {
      throw new IOException("cannot write to " + directory + REMEDY);
    }
  }

  private static String reason(IOException e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return ErrorText.of(deepest);
  }

  /** A file as it was. A new one may get the number of a removed one, hence the time. */
  private record Bound(Path path, @Nullable Object key, FileTime modified) {
    static Bound at(Path path) throws IOException {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new Bound(path, attributes.fileKey(), attributes.lastModifiedTime());
    }

    boolean intact() {
      try {
        return equals(at(path));
      } catch (IOException e) {
        return false;
      }
    }
  }
}
