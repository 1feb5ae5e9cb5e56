package dev.acceld.machine.description;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the known word that was probably meant: one that takes few edits (a letter added, left out,
 * replaced, or two neighbors swapped), or the only one that begins so. A word that is far from all
 * known ones has no suggestion. Case does not count.
 */
public final class Suggestions {
  private static final int SHORTEST_BEGINNING = 3;

  private Suggestions() {}

  /** The known word that was probably meant; of several that are equally near, the first. */
  public static Optional<String> to(String word, Collection<String> known) {
    String wanted = word.toLowerCase(Locale.ROOT);
    Optional<String> best = Optional.empty();
    int least = Math.max(1, wanted.length() / 3) + 1;
    for (String candidate : known) {
      int edits = edits(wanted, candidate.toLowerCase(Locale.ROOT), least);
      if (edits < least) {
        least = edits;
        best = Optional.of(candidate);
      }
    }
    return best.or(() -> onlyOneThatBegins(wanted, known));
  }

  /** Ends a sentence that says that a word is unknown: {@code ; did you mean 'x'?}, or a period. */
  public static String hint(String word, Collection<String> known) {
    return to(word, known).map(n -> "; did you mean '" + n + "'?").orElse(".");
  }

  private static Optional<String> onlyOneThatBegins(String beginning, Collection<String> known) {
    if (beginning.length() < SHORTEST_BEGINNING) {
      return Optional.empty();
    }
    List<String> all =
        known.stream().filter(k -> k.toLowerCase(Locale.ROOT).startsWith(beginning)).toList();
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  /**
   * Optimal string alignment distance; no more than the limit, and given up once that is reached.
   * Words that are much longer than all known ones cost next to nothing.
   */
  private static int edits(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit) {
      return limit;
    }
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    int leastOfLast = 0;
    for (int i = 1; i <= a.length(); i++) {
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
      row[0] = i;
      int least = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int edits = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits = Math.min(edits, beforeLast[j - 2] + 1);
        }
        row[j] = edits;
        least = Math.min(least, edits);
      }
      if (least >= limit && leastOfLast + 1 >= limit) { // a swap reaches over one row
        return limit;
      }
      leastOfLast = least;
    }
    return Math.min(limit, row[b.length()]);
  }
}
