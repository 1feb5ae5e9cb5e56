package dev.acceld.agent.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.steady.DirectoryBelow;
import dev.acceld.steady.Steady;
import dev.acceld.steady.SteadyPool;
import dev.acceld.text.ErrorText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
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
  private static final long LOOK_MILLIS = 2000;

  private final Path socket;
  private final Path link;
  private final Map<String, LocalCommand> commands;
  private final SteadyPool callers = new SteadyPool("local-call");
  private final Selector selector;
  private final Door door;
  private volatile boolean closed;
  private ServerSocketChannel server; // guarded by this, as is what follows
  private @Nullable Object identity;

  /** Lets a caller in. */
  @FunctionalInterface
  interface Door {
    /** The caller, or null when there is none any more; throws when the process has no room. */
    @Nullable SocketChannel accept(ServerSocketChannel at) throws IOException;
  }

  private LocalServer(
      Path socket,
      Path link,
      ServerSocketChannel server,
      Selector selector,
      Map<String, LocalCommand> commands,
      Door door) {
    this.socket = socket;
    this.link = link;
    this.server = server;
    this.selector = selector;
    this.commands = Map.copyOf(commands);
    this.door = door;
  }

  /**
   * Binds and begins to answer. The socket is bound anew when it has vanished.
   *
   * @param commands by name
   * @throws IOException naming the path when it cannot be bound
   */
  public static LocalServer start(
      Path stateDir, String instance, Map<String, LocalCommand> commands) throws IOException {
    return start(stateDir, instance, commands, ServerSocketChannel::accept);
  }

  static LocalServer start(
      Path stateDir, String instance, Map<String, LocalCommand> commands, Door door)
      throws IOException {
    Path socket = LocalSocket.of(stateDir, instance);
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LocalSocket.PATH_LIMIT) {
      throw new IOException(
          "local socket path "
              + socket
              + " is longer than "
              + LocalSocket.PATH_LIMIT
              + " bytes; choose a shorter --state-dir");
    }
    try {
      LocalServer local =
          new LocalServer(
              socket,
              LocalSocket.newest(stateDir),
              ServerSocketChannel.open(StandardProtocolFamily.UNIX),
              Selector.open(),
              commands,
              door);
      local.bind();
      Thread.ofPlatform()
          .name("local-socket")
          .daemon()
          .start(() -> Steady.loop("the local socket", () -> !local.closed, local::accept));
      return local;
    } catch (IOException e) {
      throw new IOException("local socket " + socket + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private synchronized void bind() throws IOException {
    if (closed) {
      return;
    }
    server.close();
    DirectoryBelow.make(
        Objects.requireNonNull(socket.getParent()),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.deleteIfExists(socket);
    ServerSocketChannel fresh = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      fresh.bind(UnixDomainSocketAddress.of(socket));
      fresh.configureBlocking(false);
      fresh.register(selector, SelectionKey.OP_ACCEPT);
      point(link, socket);
      identity = identity();
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    server = fresh;
  }

  /** Lets the link lead to that socket, without a moment in which there is none. */
  private static void point(Path link, Path socket) throws IOException {
    Path fresh = link.resolveSibling("." + socket.getFileName() + ".link");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, socket.getFileName());
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** One caller, or a look at the socket when there has been none for a while. */
  private void accept() throws IOException {
    selector.selectedKeys().clear(); // also after a round that threw: select returns 0 otherwise
    if (selector.select(LOOK_MILLIS) == 0) {
      if (!closed && !isOurs()) {
        LOG.warn("local socket {} has disappeared: creating it again", socket);
        bind();
      }
      return;
    }
    for (SelectionKey key : selector.selectedKeys()) {
      SocketChannel caller = door.accept((ServerSocketChannel) key.channel());
      if (caller != null) {
        callers.execute(() -> serve(caller));
      }
    }
  }

  private synchronized boolean isOurs() {
    Object now = identity();
    return now != null && now.equals(identity);
  }

  private @Nullable Object identity() {
    try {
      return Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException e) {
      return null;
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
      out.write(JSON.writeValueAsBytes(answer(new String(text, 0, n), user(caller))));
    } catch (IOException e) {
      LOG.debug("local call ended early: {}", ErrorText.of(e));
    }
  }

  /** As the kernel tells it; empty when it does not. */
  private static String user(SocketChannel caller) {
    try {
      return caller.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }

  private JsonNode answer(String request, String user) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      JsonNode call = JSON.readTree(request);
      String name = call.path("command").asText();
      LocalCommand command = commands.get(name);
      if (command == null) {
        return answer.put("error", "this agent knows no command '" + name + "'");
      }
      return answer.set("body", JSON.valueToTree(command.run(call.path("arguments"), user)));
    } catch (JsonProcessingException e) {
      return answer.put("error", "the request is not JSON");
    } catch (IllegalArgumentException e) {
      LOG.info("a local command was rejected: {}", ErrorText.of(e));
      return answer.put("error", ErrorText.of(e));
    } catch (CommandFailedException e) {
      LOG.warn("a local command failed: {}", ErrorText.of(e));
      return answer.put("error", ErrorText.of(e));
    } catch (RuntimeException e) {
      LOG.error("a local command failed unexpectedly; please report it", e);
      return answer.put("error", "internal error; see the agent's log, and please report it");
    }
  }

  /** Stops answering; takes the socket away, and leads the link to another instance or nowhere. */
  @Override
  public void close() {
    closed = true;
    try {
      synchronized (this) {
        server.close();
      }
      selector.close();
      callers.close();
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
      LOG.warn("cannot remove local socket {}: {}", socket, ErrorText.of(e));
    }
  }

  /** The socket of another instance that answers: the older one, when a successor goes again. */
  private Optional<Path> other() throws IOException {
    try (DirectoryStream<Path> sockets =
        Files.newDirectoryStream(socket.toAbsolutePath().getParent(), "*.sock")) {
      for (Path candidate : sockets) {
        if (!Files.isSymbolicLink(candidate) && RunningAgents.answers(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }
}
