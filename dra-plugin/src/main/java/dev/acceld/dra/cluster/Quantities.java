package dev.acceld.dra.cluster;

import dev.acceld.device.Capacity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/**
 * Reads Kubernetes quantities. The API server writes them in its own canonical form ({@code
 * 81920Mi} comes back as {@code 80Gi}), so they are only ever compared as numbers.
 */
public final class Quantities {
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("", BigDecimal.ONE),
          Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
          Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
          Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
          Map.entry("k", BigDecimal.TEN.pow(3)),
          Map.entry("M", BigDecimal.TEN.pow(6)),
          Map.entry("G", BigDecimal.TEN.pow(9)),
          Map.entry("T", BigDecimal.TEN.pow(12)),
          Map.entry("P", BigDecimal.TEN.pow(15)),
          Map.entry("E", BigDecimal.TEN.pow(18)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  private Quantities() {}

  /** The amount, rounded up to a whole number; empty when it is no quantity or does not fit. */
  public static Optional<Capacity> parse(String text) {
    try {
      return exact(text)
          .map(amount -> new Capacity(amount.setScale(0, RoundingMode.CEILING).longValueExact()));
    } catch (ArithmeticException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The amount as it is, a fraction or a negative one too; empty when it is no quantity. */
  static Optional<BigDecimal> exact(String text) {
    int end = text.length();
    while (end > 0 && isUnitLetter(text.charAt(end - 1))) {
      end--;
    }
    // "2E3" is two thousand, "2E" two exa: an E with digits behind it is not at the end.
    BigDecimal unit = UNITS.get(text.substring(end));
    if (unit == null || end == 0 || end > 40) {
      return Optional.empty();
    }
    try {
      BigDecimal amount = new BigDecimal(text.substring(0, end));
      if (Math.abs((long) amount.scale()) > 40) {
        return Optional.empty();
      }
      return Optional.of(amount.multiply(unit));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean isUnitLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }
}
