package dev.acceld.agent.cli;

import dev.acceld.device.Metric;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Numbers as a person reads them: with a unit, rounded to what says something, and each kind in one
 * unit everywhere: memory and traffic in GiB, clocks in MHz, shares in %. {@code -o json} has them
 * exact and in base units.
 */
final class Quantity {
  private static final double GIB = 1L << 30;
  private static final double MEGA = 1e6;
  private static final MathContext SMALL = new MathContext(2);

  private Quantity() {}

  static String of(Metric metric, double value) {
    return switch (metric.unit()) {
      case RATIO -> decimal(100 * value, 1) + "%";
      case BYTES -> gib(value);
      case BYTES_PER_SECOND -> gib(value) + "/s";
      case CELSIUS -> decimal(value, 1) + " °C";
      case WATTS -> decimal(value, 1) + " W";
      case JOULES -> decimal(value / 1000, 1) + " kJ";
      case HERTZ -> decimal(value / MEGA, 0) + " MHz";
      case SECONDS -> decimal(value, 3) + " s";
      case COUNT, NONE -> plain(value);
    };
  }

  /** Bytes. */
  static String gib(double bytes) {
    return decimal(bytes / GIB, 1) + " GiB";
  }

  /** A number that has no unit. */
  static String plain(double value) {
    return new BigDecimal(value).round(MathContext.DECIMAL64).stripTrailingZeros().toPlainString();
  }

  /** An RFC 3339 time, to the second; anything else as it is. */
  static String time(String instant) {
    try {
      return Instant.parse(instant).truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeException e) {
      return instant;
    }
  }

  /** So many digits after the point at most; two that count where that would leave a zero. */
  private static String decimal(double value, int digits) {
    BigDecimal rounded = new BigDecimal(value).setScale(digits, RoundingMode.HALF_UP);
    if (rounded.signum() == 0 && value != 0) {
      rounded = new BigDecimal(value).round(SMALL);
      return rounded.abs().compareTo(new BigDecimal("0.0001")) < 0
          ? String.format(Locale.ROOT, "%.1e", value)
          : rounded.stripTrailingZeros().toPlainString();
    }
    return rounded.stripTrailingZeros().toPlainString();
  }
}
