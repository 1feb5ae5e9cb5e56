package dev.acceld.dra.cluster.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of an answer, up to so many bytes: the agent's heap is small, and a peer may be wrong.
 */
public final class CappedStream extends FilterInputStream {
  /**
   * For one object. Above what an API server can hold: it takes requests of 3 MiB at the most, and
   * etcd 1.5 MiB.
   */
  public static final long ONE_OBJECT = 12L << 20;

  private final long most;
  private long left;

  /** Gives at most so many bytes of another stream; more is an IOException. */
  public CappedStream(InputStream in, long most) {
    super(in);
    this.most = most;
    this.left = most;
  }

  /** So many bytes may come from here on. */
  public void again() {
    left = most;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    if (b >= 0) {
      count(1);
    }
    return b;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int n = super.read(into, from, length);
    if (n > 0) {
      count(n);
    }
    return n;
  }

  /** Parsers close what they read; the connection below is to be used again. */
  @Override
  public void close() {}

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int n) throws IOException {
    left -= n;
    if (left < 0) {
      throw new IOException(
          "it is larger than "
              + (most >> 20)
              + " MiB, which is no API server's answer; check for a proxy");
    }
  }
}
