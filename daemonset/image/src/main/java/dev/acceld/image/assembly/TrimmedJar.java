package dev.acceld.image.assembly;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * JNA's jar without its native parts for two dozen systems, which are most of it. The one that the
 * image needs lies outside the jar, and {@code jna.nounpack} keeps JNA from looking for it inside.
 */
final class TrimmedJar {
  /** What was done to it, for the bill of materials. */
  static final String NOTE = "repacked without the native libraries";

  private static final String ARTIFACT = "jna";
  private static final Pattern NATIVE =
      Pattern.compile("com/sun/jna/[^/]+/[^/]+\\.(so|dll|jnilib|a)");

  private TrimmedJar() {}

  /** Whether a jar is one of those. */
  static boolean isTrimmed(String artifact) {
    return artifact.equals(ARTIFACT);
  }

  /** The same jar without them, every entry with this time. */
  static byte[] of(Path jar, Instant time) throws IOException {
    LocalDateTime local = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipFile original = new ZipFile(jar.toFile());
        ZipOutputStream trimmed = new ZipOutputStream(bytes)) {
      List<? extends ZipEntry> entries = Collections.list(original.entries());
      for (ZipEntry entry : entries) {
        if (!NATIVE.matcher(entry.getName()).matches()) {
          ZipEntry copy = new ZipEntry(entry.getName());
          copy.setTimeLocal(local);
          trimmed.putNextEntry(copy);
          try (InputStream content = original.getInputStream(entry)) {
            content.transferTo(trimmed);
          }
          trimmed.closeEntry();
        }
      }
    }
    return bytes.toByteArray();
  }
}
