package dev.acceld.dra.claim.logs;

import dev.acceld.dra.cluster.ClaimRef;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What the directory of a claim is called: {@code <namespace>_<claim>.<uid>}. A UID has no dot, so
 * it is what follows the last one.
 */
final class ClaimName {
  private static final Pattern OTHER = Pattern.compile("[^a-zA-Z0-9.-]");
  private static final int NAMESPACE = 63;
  private static final int NAME = 60; // with a time before it, all fits into 255 bytes

  private ClaimName() {}

  static String of(ClaimRef claim) {
    return part(claim.namespace(), NAMESPACE) + "_" + part(claim.name(), NAME) + "." + claim.uid();
  }

  /** Whether a directory is that of a claim. */
  static boolean isOf(Path path, String uid) {
    String name = String.valueOf(path.getFileName());
    return name.endsWith("." + uid) && name.indexOf('_') >= 0;
  }

  private static String part(String text, int most) {
    String safe = OTHER.matcher(text).replaceAll("-");
    String first = safe.startsWith(".") ? "-" + safe.substring(1) : safe;
    return first.substring(0, Math.min(most, first.length()));
  }
}
