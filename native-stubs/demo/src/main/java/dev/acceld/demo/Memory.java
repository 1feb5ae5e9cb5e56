package dev.acceld.demo;

import dev.acceld.words.Rounded;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory as the demo shows it, wherever it comes from: in GiB, to a tenth. */
final class Memory {
  private static final Pattern QUANTITY = Pattern.compile("(\\d+)(Ki|Mi|Gi|Ti)");

  private Memory() {}

  static String describe(double bytes) {
    return Rounded.gib(bytes);
  }

  /** A quantity of Kubernetes; one without a binary unit stays as it is. */
  static String describe(String quantity) {
    Matcher m = QUANTITY.matcher(quantity);
    if (!m.matches()) {
      return quantity;
    }
    int shift =
        switch (m.group(2)) {
          case "Ki" -> 10;
          case "Mi" -> 20;
          case "Gi" -> 30;
          default -> 40;
        };
    return describe(Double.parseDouble(m.group(1)) * (1L << shift));
  }
}
