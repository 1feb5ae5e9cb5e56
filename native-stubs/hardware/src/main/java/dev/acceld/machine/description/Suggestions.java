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
      int edits = edits(wanted, candidate.toLowerCase(Locale.ROOT));
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

  /** Optimal string alignment distance. */
  private static int edits(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
