package dev.acceld.fake.apiserver;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount that is not negative, as the real API server reads and writes it (apimachinery's {@code
 * resource.Quantity}, without exponents).
 *
 * @param amount how much
 * @param binary whether it was written with a power of 1024, and is so written again
 */
record Quantity(BigDecimal amount, boolean binary) {
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,20}(?:\\.\\d{0,9})?|\\.\\d{1,9})(m|[kMGTPE]?|[KMGTPE]i)");
  private static final List<String> DECIMAL = List.of("", "k", "M", "G", "T", "P", "E");
  private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final BigInteger KILO = BigInteger.valueOf(1000);
  private static final BigInteger KIBI = BigInteger.valueOf(1024);

  /** Empty when the text is no such quantity. */
  static Optional<Quantity> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(parts.group(1));
    String unit = parts.group(2);
    if (unit.equals("m")) {
      return Optional.of(new Quantity(number.movePointLeft(3), false));
    }
    boolean binary = unit.endsWith("i");
    BigInteger factor = binary ? KIBI.pow(BINARY.indexOf(unit)) : KILO.pow(DECIMAL.indexOf(unit));
    return Optional.of(new Quantity(number.multiply(new BigDecimal(factor)), binary));
  }

  /** A whole number, rounded up. */
  BigInteger whole() {
    return amount.setScale(0, RoundingMode.CEILING).toBigInteger();
  }

  /** With the largest unit that leaves a whole number. */
  String canonical() {
    boolean fraction = amount.stripTrailingZeros().scale() > 0;
    if (fraction) {
      return amount.movePointRight(3).setScale(0, RoundingMode.CEILING).toPlainString() + "m";
    }
    // Below 1024 there is nothing binary about a number.
    return binary && whole().compareTo(KIBI) >= 0
        ? written(whole(), KIBI, BINARY)
        : written(whole(), KILO, DECIMAL);
  }

  private static String written(BigInteger number, BigInteger step, List<String> units) {
    BigInteger rest = number;
    int unit = 0;
    while (unit < units.size() - 1 && rest.signum() != 0 && rest.mod(step).signum() == 0) {
      rest = rest.divide(step);
      unit++;
    }
    return rest + units.get(unit);
  }
}
