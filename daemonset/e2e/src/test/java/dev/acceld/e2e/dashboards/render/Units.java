package dev.acceld.e2e.dashboards.render;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Numbers with units, as Grafana writes them. */
final class Units {
  private static final List<String> DECIMAL = List.of("", " K", " Mil", " Bil", " Tri");
  private static final List<String> SI = List.of("", "k", "M", "G", "T");
  private static final List<String> BINARY = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");
  private static final int BINARY_STEP = 1024;
  private static final int STEP = 1000;
  private static final double SECONDS_PER_MINUTE = 60;
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double HOURS_PER_DAY = 24;
  private static final double HUNDRED = 100;

  private Units() {}

  /**
   * The text of a value.
   *
   * @param unit Grafana's name of it
   * @param decimals digits after the point; as many as are useful when it is not set
   */
  static String text(double value, String unit, OptionalInt decimals) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return switch (unit) {
      case "percentunit" -> number(value * HUNDRED, decimals) + "%";
      case "bytes" -> scaled(value, BINARY_STEP, BINARY, decimals, " ", "");
      case "Bps" -> scaled(value, STEP, SI, decimals, " ", "B/s");
      case "watt" -> scaled(value, STEP, SI, decimals, " ", "W");
      case "kwatth" -> number(value, decimals) + " kWh";
      case "celsius" -> number(value, decimals) + " °C";
      case "hertz" -> scaled(value, STEP, SI, decimals, " ", "Hz");
      case "s" -> seconds(value, decimals);
      case "h" -> hours(value, decimals);
      case "ops" -> scaled(value, STEP, SI, decimals, "", " ops/s");
      case "reqps" -> scaled(value, STEP, SI, decimals, "", " req/s");
      case "short" -> scaled(value, STEP, DECIMAL, decimals, "", "");
      case "none", "" -> number(value, decimals);
      default -> throw new IllegalArgumentException("unit " + unit + " is not known here");
    };
  }

  private static String seconds(double value, OptionalInt decimals) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0 s";
    } else if (size < 1e-3) {
      return number(value * 1e6, decimals) + " µs";
    } else if (size < 1) {
      return number(value * 1e3, decimals) + " ms";
    } else if (size < SECONDS_PER_MINUTE) {
      return number(value, decimals) + " s";
    } else if (size < SECONDS_PER_HOUR) {
      return number(value / SECONDS_PER_MINUTE, decimals) + " min";
    }
    return hours(value / SECONDS_PER_HOUR, decimals);
  }

  private static String hours(double value, OptionalInt decimals) {
    return Math.abs(value) < HOURS_PER_DAY
        ? number(value, decimals) + " hour"
        : number(value / HOURS_PER_DAY, decimals) + " day";
  }

  private static String scaled(
      double value,
      double step,
      List<String> prefixes,
      OptionalInt decimals,
      String space,
      String unit) {
    double scaled = value;
    int power = 0;
    while (Math.abs(scaled) >= step && power < prefixes.size() - 1) {
      scaled /= step;
      power++;
    }
    return (number(scaled, decimals) + space + prefixes.get(power) + unit).stripTrailing();
  }

  private static String number(double value, OptionalInt decimals) {
    if (decimals.isPresent()) {
      return String.format(Locale.ROOT, "%." + decimals.getAsInt() + "f", value);
    }
    double size = Math.abs(value);
    int digits = size >= HUNDRED ? 0 : size >= 10 ? 1 : size >= 0.1 || size == 0 ? 2 : 4;
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
