package dev.acceld.image.debian;

/**
 * A version of a Debian package, in the order that Debian Policy (section 5.6.12) gives them:
 * epoch, upstream version, revision; digits count as numbers, a tilde comes before everything.
 *
 * @param text as written
 */
record DebianVersion(String text) implements Comparable<DebianVersion> {
  @Override
  public int compareTo(DebianVersion other) {
    int epochs = Long.compare(epoch(), other.epoch());
    if (epochs != 0) {
      return epochs;
    }
    int upstream = compare(upstream(), other.upstream());
    return upstream != 0 ? upstream : compare(revision(), other.revision());
  }

  private long epoch() {
    int colon = text.indexOf(':');
    return colon < 0 ? 0 : Long.parseLong(text.substring(0, colon));
  }

  private String afterEpoch() {
    return text.substring(text.indexOf(':') + 1);
  }

  private String upstream() {
    String rest = afterEpoch();
    int dash = rest.lastIndexOf('-');
    return dash < 0 ? rest : rest.substring(0, dash);
  }

  private String revision() {
    String rest = afterEpoch();
    int dash = rest.lastIndexOf('-');
    return dash < 0 ? "" : rest.substring(dash + 1);
  }

  private static int compare(String left, String right) {
    int i = 0;
    int j = 0;
    while (i < left.length() || j < right.length()) {
      while (isWord(left, i) || isWord(right, j)) {
        int difference = weight(left, i++) - weight(right, j++);
        if (difference != 0) {
          return difference;
        }
      }
      int leftEnd = digitsEnd(left, i);
      int rightEnd = digitsEnd(right, j);
      int numbers = Long.compare(number(left, i, leftEnd), number(right, j, rightEnd));
      if (numbers != 0) {
        return numbers;
      }
      i = leftEnd;
      j = rightEnd;
    }
    return 0;
  }

  private static boolean isWord(String text, int at) {
    return at < text.length() && !isDigit(text.charAt(at));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Tilde, then the end or a digit, then letters, then all else. */
  private static int weight(String text, int at) {
    if (at >= text.length() || isDigit(text.charAt(at))) {
      return 0;
    }
    char c = text.charAt(at);
    return c == '~' ? -1 : Character.isLetter(c) ? c : c + 256;
  }

  private static int digitsEnd(String text, int from) {
    int end = Math.min(from, text.length());
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static long number(String text, int from, int end) {
    return from >= end ? 0 : Long.parseLong(text.substring(from, end));
  }
}
