package dev.acceld.agent.cli.text;

import dev.acceld.device.Metric;
import dev.acceld.words.Rounded;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Numbers as a person reads them: with a unit, rounded to what says something, and each kind in one
 * unit everywhere: memory and traffic in GiB, clocks in MHz, shares in %. {@code -o json} has them
 * exact and in base units.
 */
public final class Quantity {
  private static final double MEGA = 1e6;

  private Quantity() {}

  public static String of(Metric metric, double value) {
    return switch (metric.unit()) {
      case RATIO -> Rounded.decimal(100 * value, 1) + "%";
      case BYTES -> gib(value);
      case BYTES_PER_SECOND -> gib(value) + "/s";
      case CELSIUS -> Rounded.decimal(value, 1) + " °C";
      case WATTS -> Rounded.decimal(value, 1) + " W";
      case JOULES -> Rounded.decimal(value / 1000, 1) + " kJ";
      case HERTZ -> Rounded.decimal(value / MEGA, 0) + " MHz";
      case SECONDS -> Rounded.decimal(value, 3) + " s";
      case COUNT, NONE -> plain(value);
    };
  }

  /** Bytes. */
  public static String gib(double bytes) {
    return Rounded.gib(bytes);
  }

  /** A number that has no unit. */
  static String plain(double value) {
    return new BigDecimal(value).round(MathContext.DECIMAL64).stripTrailingZeros().toPlainString();
  }

  /** An RFC 3339 time, to the second; anything else as it is. */
  public static String time(String instant) {
    try {
      return Instant.parse(instant).truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeException e) {
      return instant;
    }
  }
}
