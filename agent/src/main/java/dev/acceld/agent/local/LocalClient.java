package dev.acceld.agent.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.text.ErrorText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** Asks a running agent. */
public final class LocalClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path stateDir;

  /** For the agents of that state directory. */
  public LocalClient(Path stateDir) {
    this.stateDir = stateDir;
  }

  /**
   * Asks the newest agent.
   *
   * @return the answer's body
   * @throws NoAgentException when no agent runs there
   * @throws IOException when it refuses; the message says why
   */
  public JsonNode ask(String command, ObjectNode arguments) throws IOException {
    ObjectNode call = JSON.createObjectNode().put("command", command);
    call.set("arguments", arguments);
    JsonNode answer = JSON.readTree(exchange(JSON.writeValueAsBytes(call)));
    if (answer.has("error")) {
      throw new IOException(answer.get("error").asText());
    }
    return answer.path("body");
  }

  private byte[] exchange(byte[] request) throws IOException {
    Path link = LocalSocket.newest(stateDir);
    Path socket = socket(link);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap(request));
      channel.write(ByteBuffer.wrap("\n".getBytes(StandardCharsets.UTF_8)));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
      while (channel.read(buffer) >= 0) {
        answer.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      return answer.toByteArray();
    } catch (ConnectException e) {
      throw new NoAgentException(
          "no agent runs with the state directory "
              + stateDir
              + " anymore (nothing listens on "
              + socket
              + "); start one with 'acceld run'",
          e);
    } catch (IOException e) {
      throw new IOException(
          "the agent on " + socket + " does not respond: " + ErrorText.of(e) + "; see its log", e);
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
