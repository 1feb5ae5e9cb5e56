package dev.acceld.agent.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the commands on {@code <state-dir>/run/<instance>.sock}; {@code acceld.sock} beside it is
 * a link to the newest instance. Only the user who runs the agent may connect (directory mode
 * 0700).
 */
public final class LocalServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_REQUEST = 64 * 1024;

  private final Path socket;
  private final Path link;
  private final ServerSocketChannel server;
  private final Map<String, LocalCommand> commands;

  private LocalServer(
      Path socket, Path link, ServerSocketChannel server, Map<String, LocalCommand> commands) {
    this.socket = socket;
    this.link = link;
    this.server = server;
    this.commands = Map.copyOf(commands);
  }

  /**
   * Binds and begins to answer.
   *
   * @param commands by name
   * @throws IOException naming the path when it cannot be bound
   */
  public static LocalServer start(
      Path stateDir, String instance, Map<String, LocalCommand> commands) throws IOException {
    Path socket = LocalSocket.of(stateDir, instance);
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LocalSocket.PATH_LIMIT) {
      throw new IOException(
          "local socket path "
              + socket
              + " is longer than "
              + LocalSocket.PATH_LIMIT
              + " bytes; choose a shorter --state-dir");
    }
    Files.createDirectories(
        socket.getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
      Path link = LocalSocket.newest(stateDir);
      Path fresh = link.resolveSibling("." + instance + ".link");
      Files.deleteIfExists(fresh);
      Files.createSymbolicLink(fresh, socket.getFileName());
      Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      LocalServer local = new LocalServer(socket, link, server, commands);
      Thread.ofPlatform().name("local-socket").daemon().start(local::accept);
      return local;
    } catch (IOException e) {
      server.close();
      throw new IOException("local socket " + socket + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Lets the link lead to that socket, without a moment in which there is none. */
  private static void point(Path link, Path socket) throws IOException {
    Path fresh = link.resolveSibling("." + socket.getFileName() + ".link");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, socket.getFileName());
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        Thread.ofPlatform().name("local-call").daemon().start(() -> serve(caller));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.warn("local socket {}: {}", socket, e.toString());
        return;
      }
    }
  }

  private void serve(SocketChannel caller) {
    try (caller;
        BufferedReader in = new BufferedReader(Channels.newReader(caller, StandardCharsets.UTF_8));
        OutputStream out = Channels.newOutputStream(caller)) {
      char[] text = new char[LONGEST_REQUEST];
      int n = 0;
      while (n < text.length) {
        int c = in.read();
        if (c < 0 || c == '\n') {
          break;
        }
        text[n++] = (char) c;
      }
      out.write(JSON.writeValueAsBytes(answer(new String(text, 0, n))));
    } catch (IOException e) {
      LOG.debug("local call ended early: {}", e.toString());
    }
  }

  private JsonNode answer(String request) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      JsonNode call = JSON.readTree(request);
      String name = call.path("command").asText();
      LocalCommand command = commands.get(name);
      if (command == null) {
        return answer.put("error", "this agent knows no command '" + name + "'");
      }
      return answer.set("body", JSON.valueToTree(command.run(call.path("arguments"))));
    } catch (JsonProcessingException e) {
      return answer.put("error", "the request is not JSON: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      LOG.warn("a local command failed", e);
      return answer.put("error", String.valueOf(e.getMessage()));
    }
  }

  /** Stops answering; takes the socket away, and leads the link to another instance or nowhere. */
  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(socket);
      if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(socket.getFileName())) {
        Optional<Path> other = other();
        if (other.isPresent()) {
          point(link, other.get());
        } else {
          Files.deleteIfExists(link);
        }
      }
    } catch (IOException e) {
      LOG.warn("local socket {} was not taken away: {}", socket, e.toString());
    }
  }

  /** The socket of another instance that answers: the older one, when a successor goes again. */
  private Optional<Path> other() throws IOException {
    try (DirectoryStream<Path> sockets =
        Files.newDirectoryStream(socket.toAbsolutePath().getParent(), "*.sock")) {
      for (Path candidate : sockets) {
        if (!Files.isSymbolicLink(candidate) && answers(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean answers(Path candidate) {
    try (SocketChannel caller = SocketChannel.open(UnixDomainSocketAddress.of(candidate))) {
      return caller.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
