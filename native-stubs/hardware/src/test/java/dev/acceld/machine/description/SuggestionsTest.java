package dev.acceld.machine.description;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  private static final List<String> KNOWN =
      List.of("devices", "doctor", "demo", "release", "restore", "kubeletDir");

  @ParameterizedTest
  @CsvSource({
    "device, devices", // a letter left out
    "deviecs, devices", // two letters swapped
    "DOCTOR, doctor", // case
    "dmeo, demo",
    "realese, release",
    "kubletdir, kubeletDir",
    "doc, doctor", // the only one that begins so
    "kubelet, kubeletDir",
  })
  void aSlipIsUnderstood(String word, String meant) {
    assertThat(Suggestions.to(word, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"help", "ls", "d", "de", "xyz", "utilization", "resign", "''"})
  void whatIsFarFromEverythingHasNoSuggestion(String word) {
    assertThat(Suggestions.to(word, KNOWN)).isEmpty();
  }

  @Test
  void aWordMuchLongerThanAllOthersTakesNoMemoryToCompare() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    String endless = "kubeletdir".repeat(100_000);
    long before = threads.getCurrentThreadAllocatedBytes();

    assertThat(Suggestions.to(endless, KNOWN)).isEmpty();

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000);
  }

  @Test
  void whatIsSuggestedIsWhatComparingEveryLetterWouldSuggest() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      List<String> known = List.of(word(random), word(random), word(random));
      String word = word(random);

      assertThat(Suggestions.to(word, known))
          .as("'%s' in %s", word, known)
          .isEqualTo(byEveryLetter(word, known));
    }
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int n = random.nextInt(9); n > 0; n--) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }

  private static Optional<String> byEveryLetter(String word, List<String> known) {
    int most = Math.max(1, word.length() / 3);
    Optional<String> nearest =
        known.stream()
            .filter(k -> edits(word, k) <= most)
            .min(Comparator.comparingInt(k -> edits(word, k)));
    List<String> longer = known.stream().filter(k -> k.startsWith(word)).toList();
    return nearest.isPresent() || word.length() < 3 || longer.size() != 1
        ? nearest
        : Optional.of(longer.getFirst());
  }

  /** By what is left when an edit is done at the beginning of both. */
  private static int edits(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.length() + b.length();
    }
    String tail = a.substring(1);
    if (a.charAt(0) == b.charAt(0)) {
      return edits(tail, b.substring(1));
    }
    int least =
        Math.min(edits(tail, b), Math.min(edits(a, b.substring(1)), edits(tail, b.substring(1))));
    if (a.length() > 1
        && b.length() > 1
        && a.charAt(0) == b.charAt(1)
        && a.charAt(1) == b.charAt(0)) {
      least = Math.min(least, edits(a.substring(2), b.substring(2)));
    }
    return least + 1;
  }
}
