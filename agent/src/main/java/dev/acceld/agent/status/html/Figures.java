package dev.acceld.agent.status.html;

import dev.acceld.words.Rounded;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Numbers and times as a person reads them; {@value #NONE} for what is not known. */
public final class Figures {
  /** What is not known. */
  public static final String NONE = "–";

  private static final double GIB = 1L << 30;
  private static final double JOULES_PER_KWH = 3.6e6;
  private static final double LEAST = 1e-4;

  private Figures() {}

  /** A share, 0 to 1. */
  public static String percent(@Nullable Double ratio) {
    return ratio == null ? NONE : whole(100 * ratio) + "%";
  }

  /** Bytes of some, in GiB; those in use are {@value #NONE} where only the others are known. */
  public static String memory(@Nullable Long used, @Nullable Long total) {
    if (used == null && total == null) {
      return NONE;
    }
    String all = total == null ? "" : whole(total / GIB) + " GiB";
    if (used == null) {
      return NONE + " / " + all;
    }
    return decimal(used / GIB, 10) + (total == null ? " GiB" : " / " + all);
  }

  /** Watts. */
  public static String watts(@Nullable Double value) {
    return value == null ? NONE : whole(value) + " W";
  }

  /** Degrees Celsius. */
  public static String celsius(@Nullable Double value) {
    return value == null ? NONE : whole(value) + " °C";
  }

  /** Joules, as Wh or kWh. */
  public static String joules(@Nullable Double value) {
    if (value == null) {
      return NONE;
    }
    return value < JOULES_PER_KWH
        ? Rounded.decimal(1000 * value / JOULES_PER_KWH, 1) + " Wh"
        : Rounded.decimal(value / JOULES_PER_KWH, 2) + " kWh";
  }

  /** A time that passed. */
  public static String seconds(@Nullable Double value) {
    return value == null ? NONE : Rounded.duration(value);
  }

  /** A short time that passed. */
  public static String milliseconds(double seconds) {
    if (seconds < LEAST) {
      return "<0.1 ms";
    }
    return seconds < 1 ? Rounded.decimal(1000 * seconds, 1) + " ms" : Rounded.duration(seconds);
  }

  /** Bytes. */
  public static String gib(double bytes) {
    return decimal(bytes / GIB, 10) + " GiB";
  }

  /** Rounded to parts of so many; quicker than what rounds any number. */
  private static String decimal(double value, int parts) {
    long all = Math.round(value * parts);
    long rest = Math.abs(all % parts);
    String sign = all < 0 && all / parts == 0 ? "-" : "";
    if (rest == 0) {
      return sign + all / parts;
    }
    return sign + all / parts + "." + (parts == 100 && rest < 10 ? "0" : "") + rest;
  }

  /** Without a fraction. */
  public static String whole(double value) {
    return String.valueOf(Math.round(value));
  }

  /** An RFC 3339 time to the second, in UTC; anything else as it is. */
  public static String time(String instant) {
    try {
      String text = Instant.parse(instant).truncatedTo(ChronoUnit.SECONDS).toString();
      return text.replace("T", " ").replace("Z", " UTC");
    } catch (DateTimeException e) {
      return instant;
    }
  }

  /** A number for SVG. */
  public static String svg(double value) {
    return decimal(value, 100);
  }
}
