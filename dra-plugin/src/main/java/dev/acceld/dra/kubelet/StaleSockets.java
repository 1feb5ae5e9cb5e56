package dev.acceld.dra.kubelet;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the sockets that killed instances of this driver left behind: the kubelet would keep
 * dialling them. Only names of ours count, and only if the kernel says that nobody listens.
 */
final class StaleSockets {
  private static final Logger log = LoggerFactory.getLogger(StaleSockets.class);
  // A sibling that starts at this moment has bound its socket but does not listen yet.
  private static final long SECOND_LOOK_MILLIS = 50;

  private StaleSockets() {}

  /** Sweeps both directories; trouble with a file is logged and costs nothing else. */
  static void sweep(KubeletSettings settings) {
    List<Path> dead = new ArrayList<>();
    collect(
        SocketPaths.registryDir(settings),
        SocketPaths.registrationNames(settings.driverName()),
        dead);
    collect(SocketPaths.pluginDir(settings), SocketPaths.draNames(), dead);
    if (dead.isEmpty()) {
      return;
    }
    try {
      Thread.sleep(SECOND_LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    for (Path socket : dead) {
      if (nobodyListens(socket)) {
        remove(socket);
      }
    }
  }

  private static void collect(Path directory, Pattern names, List<Path> into) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (names.matcher(file.getFileName().toString()).matches()
            && isSpecial(file)
            && nobodyListens(file)) {
          into.add(file);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      log.debug("no sockets to clean up in {}", directory);
    } catch (IOException e) {
      log.warn("cannot look for sockets of dead instances in {}: {}", directory, ErrorText.of(e));
    }
  }

  /** Whether anybody listens on a socket with such a name; true also when nobody can tell. */
  static boolean anybodyListens(Path directory, Pattern names) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (names.matcher(file.getFileName().toString()).matches()
            && isSpecial(file)
            && !nobodyListens(file)) {
          return true;
        }
      }
      return false;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    } catch (IOException e) {
      log.debug("cannot look for sockets in {}: {}", directory, ErrorText.of(e));
      return true;
    }
  }

  private static boolean isSpecial(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean nobodyListens(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false); // a full backlog of a stopped process must not hold us up
      channel.connect(UnixDomainSocketAddress.of(socket));
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      log.debug("cannot determine whether anything listens on {}: {}", socket, ErrorText.of(e));
      return false;
    }
  }

  private static void remove(Path socket) {
    try {
      Files.deleteIfExists(socket);
      log.info("removed the socket of a dead instance: {}", socket);
    } catch (IOException e) {
      log.warn("cannot remove the socket of a dead instance {}: {}", socket, ErrorText.of(e));
    }
  }
}
