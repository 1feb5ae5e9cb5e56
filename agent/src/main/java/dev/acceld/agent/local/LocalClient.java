package dev.acceld.agent.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.text.ErrorText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks a running agent. Any thread. */
public final class LocalClient {
  /** Longer than the longest that an agent takes by design, to release all GPUs. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** For whoever looks for what is wrong, an agent that hangs included. */
  public static final Duration DIAGNOSIS = Duration.ofSeconds(10);

  private final Path stateDir;
  private final Duration patience;

  /** Made on the thread that asks first, which has time while another draws. */
  private static final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
  }

  /** For the agents of that state directory. An answer is waited for a minute. */
  public LocalClient(Path stateDir) {
    this(stateDir, PATIENCE);
  }

  /**
   * For the agents of that state directory.
   *
   * @param patience how long an answer is waited for
   */
  public LocalClient(Path stateDir, Duration patience) {
    this.stateDir = stateDir;
    this.patience = patience;
  }

  /**
   * Asks the newest agent.
   *
   * @return the answer's body
   * @throws NoAgentException when no agent runs there
   * @throws SilentAgentException when one runs and does not answer in time
   * @throws IOException when it refuses, or ends before it has answered; the message says why
   */
  public JsonNode ask(String command, ObjectNode arguments) throws IOException {
    ObjectNode call = JsonNodeFactory.instance.objectNode().put("command", command);
    call.set("arguments", arguments);
    byte[] told = exchange(Json.MAPPER.writeValueAsBytes(call));
    JsonNode answer;
    try {
      answer = Json.MAPPER.readTree(told);
    } catch (JsonProcessingException e) {
      throw cutOff(e);
    }
    if (answer.has("error")) {
      throw new IOException(answer.get("error").asText());
    }
    if (!answer.has("body")) {
      throw cutOff(null);
    }
    return answer.get("body");
  }

  private IOException cutOff(@Nullable Throwable cause) {
    return new IOException(
        "the agent of "
            + stateDir
            + " has ended before its answer was complete; try again, and see its log",
        cause);
  }

  private byte[] exchange(byte[] request) throws IOException {
    Path link = LocalSocket.newest(stateDir);
    Path socket = socket(link);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      Thread limit =
          Thread.ofPlatform().daemon().name("local-patience").start(() -> closeLater(channel));
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return exchange(request, channel);
      } finally {
        limit.interrupt();
      }
    } catch (ConnectException e) {
      throw new NoAgentException(
          "no agent runs with the state directory "
              + stateDir
              + " anymore (nothing listens on "
              + socket
              + "); start one with 'acceld run'",
          e);
    } catch (AsynchronousCloseException e) {
      if (e instanceof ClosedByInterruptException) {
        throw e;
      }
      throw new SilentAgentException(
          "the agent on "
              + socket
              + " has not responded for "
              + patience.toSeconds()
              + " s; see its log, and restart it if it does not recover",
          e);
    } catch (IOException e) {
      throw new IOException(
          "the agent on " + socket + " does not respond: " + ErrorText.of(e) + "; see its log", e);
    }
  }

  private static byte[] exchange(byte[] request, SocketChannel channel) throws IOException {
    // At once: an agent that ends between two writes would be a broken pipe, not half an answer.
    channel.write(ByteBuffer.allocate(request.length + 1).put(request).put((byte) '\n').flip());
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    while (channel.read(buffer) >= 0) {
      answer.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return answer.toByteArray();
  }

  /** Ends whatever is being waited for on the channel, be it to be let in. */
  private void closeLater(SocketChannel channel) {
    try {
      Thread.sleep(patience);
      channel.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // there is an answer
    } catch (IOException e) {
      // It is closed.
    }
  }

  private Path socket(Path link) throws IOException {
    try {
      return link.toRealPath();
    } catch (AccessDeniedException e) {
      throw new IOException(
          "this user may not access the agent of "
              + stateDir
              + "; run this as the agent's user (root)",
          e);
    } catch (IOException e) {
      throw new NoAgentException(
          "no agent runs with the state directory "
              + stateDir
              + "; start one with 'acceld run', or set the directory of another with --state-dir",
          e);
    }
  }
}
