package dev.acceld.dra.kubelet.relay;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the processes behind one relay leave to each other in its directory: the name of the sockets
 * that the relay has, whether the kubelet registered them, and whose turn it is.
 */
public final class RelayDirectory {
  private static final Logger log = LoggerFactory.getLogger(RelayDirectory.class);

  private final Path directory;
  private @Nullable FileChannel turn; // guarded by this

  /**
   * @param directory which all of them and the relay see
   */
  public RelayDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * The instance of the first process behind this relay: the sockets that the kubelet knows are the
   * relay's and outlive a process, so they are not called after one. Own if this is the first, or
   * when what is there cannot be read or used: the relay then gets new names.
   *
   * @param own the instance of this process
   * @param usable makes what an earlier process named its sockets by into what this one needs, or
   *     throws IllegalArgumentException
   */
  public <T> T named(String own, Function<String, T> usable) {
    Path file = directory.resolve("instance");
    try {
      return usable.apply(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      log.debug("the first agent behind the relay in {}", directory);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("cannot read {}, so the sockets get a new name: {}", file, e.getMessage());
    }
    try {
      Path fresh = directory.resolve(".instance");
      Files.writeString(fresh, own);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      log.debug("{} cannot be written: {}", file, ErrorText.of(e));
    }
    return usable.apply(own);
  }

  /** Whether the kubelet has registered what the relay listens on, as {@link #remember} noted. */
  public boolean remembersRegistration() {
    return Files.exists(note());
  }

  /** Keeps for the next process what only this one was told. */
  public void remember(boolean registered) throws IOException {
    if (registered) {
      Files.write(note(), new byte[0]);
    } else {
      Files.deleteIfExists(note());
    }
  }

  /**
   * Takes the place behind the relay; a process that ends, however it ends, gives it back.
   *
   * @throws IOException when another process has it, or the directory cannot be used
   */
  public synchronized void enter() throws IOException {
    if (turn != null) {
      return;
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              directory.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new OverlappingFileLockException();
      }
      turn = channel;
    } catch (OverlappingFileLockException e) {
      if (channel != null) {
        channel.close();
      }
      throw new RelayException(
          "another agent is behind the relay in "
              + directory
              + "; stop it, or give each agent its own relay and --relay-dir",
          e);
    } catch (IOException e) {
      if (channel != null) {
        channel.close();
      }
      throw new RelayException(
          "the directory of the relay, "
              + directory
              + ", cannot be used ("
              + e.getMessage()
              + "); start acceld-relay "
              + directory
              + ", or omit --relay-dir",
          e);
    }
  }

  /** Gives the place behind the relay to the next. */
  public synchronized void leave() {
    try {
      if (turn != null) {
        turn.close();
        turn = null;
      }
    } catch (IOException e) {
      log.warn("cannot release the relay's directory {}: {}", directory, ErrorText.of(e));
    }
  }

  private Path note() {
    return directory.resolve("registered");
  }
}
