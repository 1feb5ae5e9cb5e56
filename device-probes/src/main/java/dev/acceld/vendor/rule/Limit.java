package dev.acceld.vendor.rule;

import java.util.OptionalDouble;

/**
 * A threshold of a rule that an operator can change.
 *
 * @param name as users write it: {@code samples}
 * @param meaning what it limits, half a sentence with the unit
 * @param value the one in force; empty for the one that each device reports itself
 * @param least the smallest that is allowed
 * @param most the largest that is allowed
 */
public record Limit(String name, String meaning, OptionalDouble value, double least, double most) {

  /** With a value of acceld's. */
  public static Limit of(String name, String meaning, double value, double least, double most) {
    return new Limit(name, meaning, OptionalDouble.of(value), least, most);
  }

  /** With the value that each device reports. */
  public static Limit ofDevice(String name, String meaning, double least, double most) {
    return new Limit(name, meaning, OptionalDouble.empty(), least, most);
  }

  /** The same with another value. */
  public Limit with(double newValue) {
    return new Limit(name, meaning, OptionalDouble.of(newValue), least, most);
  }
}
