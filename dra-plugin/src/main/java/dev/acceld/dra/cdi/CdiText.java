package dev.acceld.dra.cdi;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The text of a CDI file, or only what it is recognized by: its length and two checksums. The text
 * of an NVIDIA claim has some 50 KB, and a node may have thousands of claims; so what is kept in
 * memory has no text. Two are equal when they are of the same text, with or without it.
 */
public final class CdiText {
  private final int length;
  private final int crc32;
  private final int crc32c;
  private final @Nullable String text;

  private CdiText(int length, int crc32, int crc32c, @Nullable String text) {
    this.length = length;
    this.crc32 = crc32;
    this.crc32c = crc32c;
    this.text = text;
  }

  /** With its text. */
  public static CdiText of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8), text);
  }

  /** With its text, from a file's bytes. */
  public static CdiText of(byte[] file) {
    return of(file, new String(file, StandardCharsets.UTF_8));
  }

  private static CdiText of(byte[] file, @Nullable String text) {
    CRC32 crc32 = new CRC32();
    crc32.update(file);
    CRC32C crc32c = new CRC32C();
    crc32c.update(file);
    return new CdiText(file.length, (int) crc32.getValue(), (int) crc32c.getValue(), text);
  }

  /** Whether a file has this text. */
  public boolean is(byte[] file) {
    return file.length == length && equals(of(file, null));
  }

  /** The length of the file in bytes. */
  public int length() {
    return length;
  }

  /** The same without the text. */
  public CdiText withoutText() {
    return text == null ? this : new CdiText(length, crc32, crc32c, null);
  }

  /** The text, unless it was left out. */
  public Optional<String> text() {
    return Optional.ofNullable(text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CdiText o
        && length == o.length
        && crc32 == o.crc32
        && crc32c == o.crc32c;
  }

  @Override
  public int hashCode() {
    return crc32c;
  }

  @Override
  public String toString() {
    return "CDI file of " + length + " bytes";
  }
}
