package dev.acceld.agent.local;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The state directories of the agents that run on this node, where agents have them by themselves
 * or by the chart: the usual one, one for each other driver name, and one below the kubelet's
 * plugins.
 */
public final class RunningAgents {
  private final Path usual;
  private final Path kubeletDir;

  /**
   * Looks from there.
   *
   * @param usual the state directory of the usual driver name
   */
  public RunningAgents(Path usual, Path kubeletDir) {
    this.usual = usual;
    this.kubeletDir = kubeletDir;
  }

  /** All that answer; the usual one alone when it is among them. */
  public List<Path> stateDirs() {
    if (answers(LocalSocket.newest(usual))) {
      return List.of(usual);
    }
    List<Path> found = new ArrayList<>();
    for (Path dir : below(usual.resolve("drivers"))) {
      if (answers(LocalSocket.newest(dir))) {
        found.add(dir);
      }
    }
    for (Path plugin : below(kubeletDir.resolve("plugins"))) {
      Path dir = plugin.resolve("state");
      if (answers(LocalSocket.newest(dir))) {
        found.add(dir);
      }
    }
    return found;
  }

  private static List<Path> below(Path dir) {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir, Files::isDirectory)) {
      entries.forEach(all::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // nothing is there that this user may see
    }
    all.sort(null);
    return all;
  }

  /** A link that a killed agent has left leads nowhere, or to a socket on which nobody listens. */
  static boolean answers(Path socket) {
    try (SocketChannel caller =
        SocketChannel.open(UnixDomainSocketAddress.of(socket.toRealPath()))) {
      return caller.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
