package dev.acceld.dra.kubelet.relay;

import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The process beside this one that has the sockets which the kubelet knows ({@code acceld-relay},
 * see {@code daemonset/relay}), as seen from here: it is told where to listen and where to pass
 * things on to. It outlives this process, so the kubelet never meets a closed door while this one
 * starts again.
 */
public final class SocketRelay {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long RETRY_MILLIS = 20;
  private static final int MOST_BYTES = 512;

  private final Path directory;
  private final String socketRemedy;

  /**
   * @param directory which both processes see, and nobody else
   * @param socketRemedy what to say when it cannot make the kubelet's socket, after the reason
   */
  public SocketRelay(Path directory, String socketRemedy) {
    this.directory = directory;
    this.socketRemedy = socketRemedy;
  }

  /** Where this process listens; the relay connects to it. */
  public Path inside(String name) {
    return directory.resolve(name);
  }

  /** The relay's own socket; another file there is another relay, which knows nothing. */
  public Path control() {
    return directory.resolve("relay.sock");
  }

  /**
   * Has the relay listen.
   *
   * @param socket for the kubelet
   * @param target where this process listens already
   * @return true if the relay has listened there all the time, since before this process
   * @throws IOException when it cannot, with the relay's reason, or there is no relay
   */
  public boolean listen(Path socket, Path target) throws IOException {
    return ask("listen\t" + socket + "\t" + target).equals("kept");
  }

  /** Has the relay remove a socket. */
  public void close(Path socket) throws IOException {
    ask("close\t" + socket);
  }

  private String ask(String command) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        String answer = exchange(command, deadline);
        if (!answer.equals("kept") && !answer.equals("new") && !answer.equals("closed")) {
          throw new RelayException(refusal(answer));
        }
        return answer;
      } catch (RelayException e) {
        throw e;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new RelayException(
              "no relay responds at "
                  + control()
                  + " ("
                  + ErrorText.of(e)
                  + "); start acceld-relay "
                  + directory
                  + ", or omit --relay-dir",
              e);
        }
        pause();
      }
    }
  }

  private String exchange(String command, long deadline) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(control()));
      channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      ByteBuffer answer = ByteBuffer.allocate(MOST_BYTES);
      while (true) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0 || selector.select(left) == 0) {
          throw new IOException("it sends nothing");
        }
        selector.selectedKeys().clear();
        if (channel.read(answer) < 0) {
          String text = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
          if (text.isEmpty()) {
            throw new IOException("it closed the connection");
          }
          return text.strip();
        }
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RelayException("interrupted while asking the relay");
    }
  }

  private String refusal(String answer) {
    String remedy =
        answer.contains("too many sockets")
            ? "; it serves only one driver: restart it, and give each driver its own relay"
            : answer.contains("too long")
                ? "; use a shorter --kubelet-dir or --relay-dir"
                : socketRemedy;
    return "the relay at " + control() + " answers '" + answer + "'" + remedy;
  }
}
