package dev.acceld.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.text.OneLine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Inputs of fuzz tests. */
public final class Inputs {
  private Inputs() {}

  /** Texts as seeds. */
  public static List<byte[]> seeds(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** An input as text. */
  public static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  /** An input as so many texts, which a NUL separates; those that are missing are empty. */
  public static String[] texts(byte[] input, int count) {
    String[] given = text(input).split("\0", count);
    String[] texts = Arrays.copyOf(given, count);
    Arrays.fill(texts, given.length, count, "");
    return texts;
  }

  /** That a message is one line of bearable length. */
  public static void assertIsMessage(String message) {
    assertThat(message).isNotBlank().hasSizeLessThan(2000).isEqualTo(OneLine.of(message));
  }
}
