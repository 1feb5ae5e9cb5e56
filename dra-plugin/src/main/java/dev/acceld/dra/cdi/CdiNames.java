package dev.acceld.dra.cdi;

import java.util.regex.Pattern;

/**
 * The syntax of qualified CDI names, {@code vendor/class=device}. A runtime refuses a whole file
 * for one bad name, so names are checked before they are written (CDI specification, "kind" and
 * "name").
 */
public final class CdiNames {
  private static final Pattern VENDOR_OR_CLASS =
      Pattern.compile("[A-Za-z](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final Pattern DEVICE =
      Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_.:]*[A-Za-z0-9])?");

  private CdiNames() {}

  /**
   * {@code vendor/class}.
   *
   * @throws IllegalArgumentException when one of them is not acceptable; dots in the class are
   *     refused, because they need a newer file version
   */
  public static String kind(String vendor, String clazz) {
    if (!VENDOR_OR_CLASS.matcher(vendor).matches()) {
      throw new IllegalArgumentException(
          "'"
              + vendor
              + "' cannot be a CDI vendor: it must start with a letter, end with a letter or digit,"
              + " and hold only letters, digits, '-', '_' and '.' (it is the driver's name)");
    }
    if (!VENDOR_OR_CLASS.matcher(clazz).matches() || clazz.indexOf('.') >= 0) {
      throw new IllegalArgumentException("'" + clazz + "' cannot be a CDI class");
    }
    return vendor + "/" + clazz;
  }

  /**
   * The name itself.
   *
   * @throws IllegalArgumentException when it is not acceptable as a CDI device name
   */
  public static String device(String name) {
    if (!DEVICE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' cannot be a CDI device name: letters, digits, '-', '_', '.', ':' only, a letter"
              + " or digit at both ends");
    }
    return name;
  }

  /** {@code kind=device}: what a runtime is given. */
  public static String qualified(String kind, String device) {
    return kind + "=" + device;
  }
}
