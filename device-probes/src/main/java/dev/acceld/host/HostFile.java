package dev.acceld.host;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One small file of the host, to be read again and again: its path is made once, and what is read
 * goes through a buffer that is used again. Absent, unreadable and malformed are empty, as for
 * {@link HostFs}. All threads.
 */
public final class HostFile {
  /** Of a native read of more, the JDK copies by way of the heap of C. A buffer has as many. */
  private static final int READ_BYTES = 8192;

  private static final int PAGE_BYTES = 4096;

  private final File file;
  private final Buffer buffer;
  private volatile boolean missed;

  /** Of the files of one host. Two reads at the same time have a buffer each. */
  static final class Buffer {
    private final AtomicReference<byte @Nullable []> spare = new AtomicReference<>();

    private byte[] take() {
      byte[] bytes = spare.getAndSet(null);
      return bytes == null ? new byte[READ_BYTES] : bytes;
    }
  }

  /**
   * What a file says; the bytes from 0 to the end are not to be kept.
   *
   * @param <T> in that form
   */
  public interface Form<T> {
    /** Reads it. */
    T read(byte[] bytes, int end);
  }

  /**
   * What was read.
   *
   * @param bytes the buffer that was given, or a longer one
   * @param end where the content ends in it
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one read
  record Content(byte[] bytes, int end) {
    /**
     * A driver that writes whole lines answers nothing where the rest of the buffer is shorter than
     * a line, which looks like the end of the file. So each read has room for a page, more than
     * which the kernel does not give at once.
     */
    static Content of(InputStream in, byte[] buffer, int most) throws IOException {
      byte[] bytes = buffer;
      int end = 0;
      for (int got = 0; got >= 0 && end < most; end += Math.max(0, got)) {
        if (bytes.length - end < PAGE_BYTES) {
          bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        got = in.read(bytes, end, Math.min(Math.min(bytes.length, most) - end, READ_BYTES));
      }
      return new Content(bytes, end);
    }
  }

  HostFile(File file, Buffer buffer) {
    this.file = file;
    this.buffer = buffer;
  }

  /** Its text without white space at its ends; empty for an empty file too. */
  public Optional<String> text() {
    return read(HostFs.MOST_BYTES, HostFile::textIn, Optional.empty());
  }

  /** The number in it: decimal, negative, or hexadecimal after {@code 0x}. */
  public OptionalLong number() {
    return read(HostFs.MOST_BYTES, HostFile::numberIn, OptionalLong.empty());
  }

  /** As {@link #number}, when it is neither negative nor beyond an int. */
  public OptionalInt index() {
    OptionalLong number = number();
    return number.isPresent() && number.getAsLong() >= 0 && number.getAsLong() <= Integer.MAX_VALUE
        ? OptionalInt.of((int) number.getAsLong())
        : OptionalInt.empty();
  }

  /** No more than so many bytes of it, in that form; the other when it cannot be read. */
  public <T> T read(int most, Form<T> form, T otherwise) {
    if (missed && !file.exists()) {
      return otherwise; // an exception for each look would cost more than the look
    }
    byte[] bytes = buffer.take();
    try (FileInputStream in = new FileInputStream(file)) {
      missed = false;
      Content content = Content.of(in, bytes, most);
      bytes = content.bytes;
      return form.read(bytes, content.end);
    } catch (IOException | SecurityException e) {
      missed = true;
      return otherwise;
    } finally {
      if (bytes.length <= READ_BYTES) {
        buffer.spare.set(bytes);
      }
    }
  }

  private static Optional<String> textIn(byte[] bytes, int end) {
    int from = first(bytes, 0, end);
    int to = last(bytes, from, end);
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  static OptionalLong numberIn(byte[] bytes, int end) {
    int from = first(bytes, 0, end);
    int to = last(bytes, from, end);
    boolean negative = from < to && bytes[from] == '-';
    int at = negative ? from + 1 : from;
    // As sysfs writes it: with leading zeros it is decimal all the same.
    boolean hex = to - at > 2 && bytes[at] == '0' && (bytes[at + 1] | 0x20) == 'x';
    int radix = hex ? 16 : 10;
    at += hex ? 2 : 0;
    if (at == to) {
      return OptionalLong.empty();
    }
    long value = 0; // negative: there is one more of them
    for (; at < to; at++) {
      int digit = bytes[at] < 0 ? -1 : Character.digit(bytes[at], radix);
      if (digit < 0 || value < Long.MIN_VALUE / radix || value * radix < Long.MIN_VALUE + digit) {
        return OptionalLong.empty(); // no digit, or it does not fit
      }
      value = value * radix - digit;
    }
    if (!negative && value == Long.MIN_VALUE) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(negative ? value : -value);
  }

  /** Where the text begins after white space. */
  static int first(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && isSpace(bytes[at])) {
      at++;
    }
    return at;
  }

  /** Where the text ends before white space. */
  static int last(byte[] bytes, int from, int to) {
    int at = to;
    while (at > from && isSpace(bytes[at - 1])) {
      at--;
    }
    return at;
  }

  private static boolean isSpace(byte b) {
    return b >= 0 && Character.isWhitespace(b);
  }
}
