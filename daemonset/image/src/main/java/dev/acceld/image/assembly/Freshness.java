package dev.acceld.image.assembly;

import dev.acceld.image.ImageException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether {@code classes.lst} still fits the code: of the classes that acceld loads today, how many
 * it has. Two runs of the same code differ by less than one in a hundred.
 *
 * @param loaded how many classes were loaded
 * @param absent those that the list does not have
 */
record Freshness(int loaded, List<String> absent) {
  private static final int LEAST_PERCENT = 95;
  private static final int EXAMPLES = 5;

  /** Of a list, measured by what was recorded. */
  static Freshness of(Collection<String> list, Collection<String> recorded) {
    Set<String> known = new HashSet<>(list);
    List<String> classes = recorded.stream().filter(line -> !line.startsWith("@")).toList();
    return new Freshness(
        classes.size(), classes.stream().filter(name -> !known.contains(name)).toList());
  }

  /** In percent, of 100. */
  double percent() {
    return loaded == 0 ? 0 : 100.0 * (loaded - absent.size()) / loaded;
  }

  /**
   * What to print.
   *
   * @throws ImageException so few that the agent starts noticeably slower
   */
  String orFail(String remedy) {
    String text =
        String.format(
            Locale.ROOT,
            "classes.lst has %.1f %% of the %d classes that acceld loads",
            percent(),
            loaded);
    if (percent() < LEAST_PERCENT) {
      throw new ImageException(
          text
              + ", which is too few for a fast start (missing: "
              + String.join(", ", absent.subList(0, Math.min(EXAMPLES, absent.size())))
              + " ...); renew and commit it: "
              + remedy);
    }
    return text;
  }
}
