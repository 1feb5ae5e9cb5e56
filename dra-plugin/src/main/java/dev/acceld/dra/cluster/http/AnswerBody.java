package dev.acceld.dra.cluster.http;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer on a connection that carries no other: so many bytes, in chunks (RFC 9112,
 * 7.1), or up to the end of the connection. For one thread.
 */
final class AnswerBody extends FilterInputStream {
  private final boolean chunked;
  private long left;

  private AnswerBody(InputStream in, boolean chunked, long left) {
    super(in);
    this.chunked = chunked;
    this.left = left;
  }

  static AnswerBody of(InputStream in, Map<String, String> headers) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return new AnswerBody(in, true, 0);
    }
    return new AnswerBody(in, false, length(headers.get("content-length")));
  }

  private static long length(@Nullable String header) throws IOException {
    if (header == null) {
      return Long.MAX_VALUE; // to the end of the connection
    }
    return number(header, 10);
  }

  private static long number(String text, int radix) throws IOException {
    try {
      long number = Long.parseLong(text, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // as below
    }
    throw new IOException("the answer has no valid length: " + text);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (chunked && left == 0) {
      left = nextChunk();
    }
    if (left <= 0) {
      return -1;
    }
    int n = in.read(into, from, (int) Math.min(length, left));
    if (n < 0) {
      if (left == Long.MAX_VALUE) {
        return -1;
      }
      throw new EOFException("the connection ended before the answer did");
    }
    if (left != Long.MAX_VALUE) {
      left -= n;
      if (chunked && left == 0) {
        PatchCall.line(in); // the end of the chunk
      }
    }
    return n;
  }

  /** Its size; -1 for good after the last. */
  private long nextChunk() throws IOException {
    String line = PatchCall.line(in);
    int extension = line.indexOf(';');
    long size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
    return size == 0 ? -1 : size;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
