package dev.acceld.host;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes the three files of Advanced Error Reporting apart: lines {@code BadTLP 3}, and one that
 * starts with {@code TOTAL_ERR_}. Nothing is made of kinds of which there were none, and these are
 * nearly all.
 */
final class AerCounters {
  private static final byte[] TOTAL = "TOTAL_ERR_".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_KIND = 64;
  private static final int MOST_DIGITS = 18;
  private static final long NONE = -1;

  private Map<String, Long> kinds = Map.of();

  /** The total of one file, whose kinds are kept; negative without one. */
  long add(HostFile file) {
    return file.read(HostFs.MOST_BYTES, this::add, NONE);
  }

  /** The same, of its bytes. */
  long add(byte[] bytes, int end) {
    long total = NONE;
    int from = 0;
    for (int at = 0; at <= end; at++) {
      if (at == end || bytes[at] == '\n') {
        int start = HostFile.first(bytes, from, at);
        total = line(bytes, start, HostFile.last(bytes, start, at), total);
        from = at + 1;
      }
    }
    return total;
  }

  /** The total so far, or that of the line if it has one. */
  private long line(byte[] bytes, int from, int to, long before) {
    int space = from;
    while (space < to && isLetter(bytes[space])) {
      space++;
    }
    int digits = to - space - 1;
    if (space == from
        || space - from > LONGEST_KIND
        || digits < 1
        || digits > MOST_DIGITS
        || bytes[space] != ' ') {
      return before;
    }
    long count = 0;
    for (int at = space + 1; at < to; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        return before;
      }
      count = count * 10 + bytes[at] - '0';
    }
    if (isTotal(bytes, from, space)) {
      return count;
    }
    if (count > 0) {
      if (kinds.isEmpty()) {
        kinds = new TreeMap<>();
      }
      String kind = new String(bytes, from, space - from, StandardCharsets.US_ASCII);
      kinds.merge(kind, count, PciErrors::sum);
    }
    return before;
  }

  private static boolean isLetter(byte b) {
    return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_';
  }

  private static boolean isTotal(byte[] bytes, int from, int to) {
    if (to - from < TOTAL.length) {
      return false;
    }
    for (int i = 0; i < TOTAL.length; i++) {
      if (bytes[from + i] != TOTAL[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * All three together; empty when one has no total. The kernel has all three or none, so what is
   * missing could not be read, and is not zero.
   */
  Optional<PciErrors> errors(long correctable, long nonFatal, long fatal) {
    return correctable < 0 || nonFatal < 0 || fatal < 0
        ? Optional.empty()
        : Optional.of(new PciErrors(correctable, nonFatal, fatal, kinds));
  }
}
