package dev.acceld.dra.cluster;

import dev.acceld.dra.cluster.http.CappedStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * What a watch reads. A peer that drips bytes does not keep it alive: whole events count, and the
 * watch ends soon after the time that was agreed with the server. One event is of limited size.
 */
final class WatchStreamIn extends FilterInputStream {
  private final CappedStream capped;
  private final long silence;
  private final long end;
  private long lastEvent = System.nanoTime();

  /**
   * @param silence the longest time from one event to the next
   * @param most the longest time for all
   */
  WatchStreamIn(InputStream in, Duration silence, Duration most) {
    this(new CappedStream(in, CappedStream.ONE_OBJECT), silence, most);
  }

  private WatchStreamIn(CappedStream capped, Duration silence, Duration most) {
    super(capped);
    this.capped = capped;
    this.silence = silence.toNanos();
    this.end = System.nanoTime() + most.toNanos();
  }

  /** A whole event has been read. */
  void event() {
    lastEvent = System.nanoTime();
    capped.again();
  }

  @Override
  public int read() throws IOException {
    check();
    return super.read();
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    check();
    return super.read(into, from, length);
  }

  private void check() throws IOException {
    long now = System.nanoTime();
    if (now - end > 0) {
      throw new SocketTimeoutException("the watch continues after its agreed timeout");
    }
    if (now - lastEvent > silence) {
      throw new SocketTimeoutException(
          "no event for " + Duration.ofNanos(silence).toMinutes() + " minutes");
    }
  }
}
