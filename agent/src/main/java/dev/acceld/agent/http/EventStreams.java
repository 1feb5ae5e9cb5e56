package dev.acceld.agent.http;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * {@code /events}: the streams of server-sent events. An event says that there is something new and
 * is the same for all; a peer that has not taken the last one misses the next, so that each stream
 * has one event in memory at most. A peer that takes none for {@link Connection#ANSWER_NANOS} is
 * cut off. There are {@link #MOST} streams at most. On the I/O thread only, but for {@link #get}.
 */
public final class EventStreams implements Endpoint {
  /** Streams at a time. */
  public static final int MOST = 64;

  private static final String TYPE = "text/event-stream; charset=utf-8";

  /** A reader that lost its connection comes back after two seconds. */
  private static final String HELLO = "retry: 2000\n\n";

  private final Supplier<String> event;
  private final Set<Connection> open = new LinkedHashSet<>();

  /**
   * Nobody listens yet.
   *
   * @param event the data of the next event, one line; asked about every second while somebody
   *     listens, on the I/O thread, and must answer at once
   */
  public EventStreams(Supplier<String> event) {
    this.event = event;
  }

  /** What a HEAD request gets; a stream cannot be had this way. */
  @Override
  public Reply get(Request request) {
    return new Reply(200, TYPE, new byte[0]);
  }

  /** Lets a peer listen, or refuses it. */
  void join(Connection peer, Map<String, String> headers, Consumer<Reply> refuse) {
    if (open.size() >= MOST) {
      refuse.accept(
          Reply.text(503, MOST + " streams of events are open; reload the page to update it\n")
              .with(Map.of("Retry-After", "30")));
      return;
    }
    open.add(peer);
    peer.whenDone(() -> open.remove(peer));
    peer.stream(TYPE, headers, bytes(HELLO + next()));
  }

  /** Sends the next event to all who took the last. */
  void tick() {
    if (open.isEmpty()) {
      return;
    }
    byte[] bytes = bytes(next());
    for (Connection one : List.copyOf(open)) {
      one.push(Unpooled.wrappedBuffer(bytes));
    }
  }

  private String next() {
    return "data: " + event.get() + "\n\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** How many streams there are. */
  int count() {
    return open.size();
  }
}
