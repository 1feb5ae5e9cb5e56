package dev.acceld.vendor.rule;

import java.time.Duration;

/** Spans of time for a person. */
final class Spans {
  private Spans() {}

  /** {@code 24 h}, {@code 10 min}, {@code 90 s}: the largest unit without a fraction. */
  static String of(Duration span) {
    long seconds = span.toSeconds();
    if (seconds > 0 && seconds % 3600 == 0) {
      return seconds / 3600 + " h";
    }
    return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
