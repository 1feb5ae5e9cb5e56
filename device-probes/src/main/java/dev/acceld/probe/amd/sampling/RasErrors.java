package dev.acceld.probe.amd.sampling;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The errors of one block since the driver was loaded, as {@code ras/<block>_err_count} has them:
 * {@code ue: 0}, {@code ce: 3}, and from kernel 6.8 on {@code de: 0}.
 *
 * @param uncorrectable lines {@code ue}
 * @param correctable lines {@code ce}
 */
record RasErrors(long uncorrectable, long correctable) {
  /** Longer than any such file. */
  static final int MOST_BYTES = 1024;

  private static final Pattern LINE = Pattern.compile("(?m)^(ue|ce): (\\d{1,18})$");

  /**
   * Reads it.
   *
   * @return empty for anything else; while a GPU is reset the driver writes {@code Query currently
   *     inaccessible}
   */
  static Optional<RasErrors> of(byte[] bytes, int end) {
    Matcher line = LINE.matcher(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
    long uncorrectable = -1;
    long correctable = -1;
    while (line.find()) {
      long count = Long.parseLong(line.group(2));
      if (line.group(1).equals("ue")) {
        uncorrectable = count;
      } else {
        correctable = count;
      }
    }
    return uncorrectable < 0 || correctable < 0
        ? Optional.empty()
        : Optional.of(new RasErrors(uncorrectable, correctable));
  }
}
