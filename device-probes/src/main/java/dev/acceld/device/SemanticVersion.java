package dev.acceld.device;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes strict semver of what vendors call a version. The API server refuses a whole slice for one
 * leading zero or a missing part ({@code 580.159.04}, {@code 12.8}).
 */
public final class SemanticVersion {
  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9}))?(?:\\.(\\d{1,9}))?");

  private SemanticVersion() {}

  /**
   * {@code 580.159.04} becomes {@code 580.159.4}, {@code 12.8} becomes {@code 12.8.0}; empty when
   * the text is anything but one to three numbers, so that nothing is invented.
   */
  public static Optional<String> normalise(String text) {
    Matcher m = NUMBERS.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    return Optional.of(part(m.group(1)) + "." + part(m.group(2)) + "." + part(m.group(3)));
  }

  private static String part(@Nullable String digits) {
    return digits == null ? "0" : String.valueOf(Integer.parseInt(digits));
  }
}
