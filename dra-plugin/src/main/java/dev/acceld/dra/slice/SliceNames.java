package dev.acceld.dra.slice;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The names of a node's slices: the index first, so that the scheduler's order by name is the order
 * published; otherwise fixed, so that a repeated create is a conflict and never a second slice.
 */
final class SliceNames {
  private static final int MAX = 253;

  private final String owner;

  SliceNames(String driver, String node) {
    String plain = "-" + driver + "-" + node;
    owner =
        plain.length() + 5 <= MAX
            ? plain
            : plain.substring(0, MAX - 5 - 17).replaceAll("[^a-z0-9]+$", "") + "-" + hash(plain);
  }

  String of(int index) {
    return String.format(Locale.ROOT, "%05x", index) + owner;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
