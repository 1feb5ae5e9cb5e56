package dev.acceld.words;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** Numbers rounded to what says something, the same way wherever people read them. */
public final class Rounded {
  private static final double GIB = 1L << 30;
  private static final double MINUTE = 60;
  private static final MathContext SMALL = new MathContext(2);

  private Rounded() {}

  /** Memory, traffic and space on disk: in GiB, to a tenth. */
  public static String gib(double bytes) {
    return decimal(bytes / GIB, 1) + " GiB";
  }

  /** So many digits after the point at most; two that count where that would leave a zero. */
  public static String decimal(double value, int digits) {
    BigDecimal rounded = new BigDecimal(value).setScale(digits, RoundingMode.HALF_UP);
    if (rounded.signum() == 0 && value != 0) {
      rounded = new BigDecimal(value).round(SMALL);
      return rounded.abs().compareTo(new BigDecimal("0.0001")) < 0
          ? String.format(Locale.ROOT, "%.1e", value)
          : rounded.stripTrailingZeros().toPlainString();
    }
    return rounded.stripTrailingZeros().toPlainString();
  }

  /** A time: {@code 12.3 s}, from a minute on {@code 1h2m3s}. */
  public static String duration(double seconds) {
    if (seconds < MINUTE) {
      return decimal(seconds, 1) + " s";
    }
    return Duration.ofSeconds(Math.round(seconds))
        .toString()
        .substring(2) // PT
        .toLowerCase(Locale.ROOT);
  }
}
