package dev.acceld.agent.cli.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Writes an archive of small files: tar in the format of POSIX.1-1988 (ustar), with gzip. */
final class TarGz implements AutoCloseable {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 100;
  private static final int CHECKSUM = 148;

  private final GZIPOutputStream out;
  private final long time;

  /**
   * To that stream, which it closes.
   *
   * @param time of the files
   */
  TarGz(OutputStream to, Instant time) throws IOException {
    this.out = new GZIPOutputStream(to);
    this.time = Math.max(0, time.getEpochSecond());
  }

  /** Adds a file that its owner may read. */
  void add(String name, byte[] content) throws IOException {
    byte[] path = name.getBytes(StandardCharsets.US_ASCII);
    if (path.length > LONGEST_NAME) {
      throw new IOException("the name " + name + " is too long for an archive");
    }
    byte[] head = new byte[BLOCK];
    System.arraycopy(path, 0, head, 0, path.length);
    octal(head, 100, 8, 0600);
    octal(head, 108, 8, 0);
    octal(head, 116, 8, 0);
    octal(head, 124, 12, content.length);
    octal(head, 136, 12, time);
    head[156] = '0';
    text(head, 257, "ustar\00000");
    for (int i = CHECKSUM; i < CHECKSUM + 8; i++) {
      head[i] = ' ';
    }
    int sum = 0;
    for (byte each : head) {
      sum += each & 0xff;
    }
    text(head, CHECKSUM, String.format(Locale.ROOT, "%06o\0 ", sum));
    out.write(head);
    out.write(content);
    out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private static void octal(byte[] head, int at, int length, long value) {
    text(head, at, String.format(Locale.ROOT, "%0" + (length - 1) + "o", value));
  }

  private static void text(byte[] head, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, head, at, bytes.length);
  }

  /** Ends the archive. */
  @Override
  public void close() throws IOException {
    try (out) {
      out.write(new byte[2 * BLOCK]);
    }
  }
}
