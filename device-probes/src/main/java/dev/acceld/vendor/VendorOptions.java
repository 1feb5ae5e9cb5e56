package dev.acceld.vendor;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The values of the vendors' settings, by {@link VendorSetting#name}, defaults included.
 *
 * @param values as written, without blanks around them
 */
public record VendorOptions(Map<String, String> values) {
  /** Nothing is set. */
  public static final VendorOptions NONE = new VendorOptions(Map.of());

  /** Takes a copy. */
  public VendorOptions {
    values = Map.copyOf(values);
  }

  /** The same with some values replaced. */
  public VendorOptions with(Map<String, String> others) {
    Map<String, String> all = new HashMap<>(values);
    all.putAll(others);
    return new VendorOptions(all);
  }

  /** A value, if there is one. */
  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * A value that must be there.
   *
   * @throws VendorOptionException when it is not
   */
  public String text(String name) {
    return find(name).orElseThrow(() -> new VendorOptionException(name, "is missing"));
  }

  /**
   * A path, absolute and normalised.
   *
   * @throws VendorOptionException when it is missing or no path
   */
  public Path path(String name) {
    return path(name, text(name));
  }

  /**
   * A path that may be left out.
   *
   * @throws VendorOptionException when it is no path
   */
  public Optional<Path> findPath(String name) {
    return find(name).map(value -> path(name, value));
  }

  /**
   * A switch.
   *
   * @throws VendorOptionException when it is neither true nor false
   */
  public boolean isOn(String name) {
    String value = text(name).toLowerCase(Locale.ROOT);
    if (!value.equals("true") && !value.equals("false")) {
      throw new VendorOptionException(name, "'" + value + "' must be one of false, true");
    }
    return value.equals("true");
  }

  private static Path path(String name, String value) {
    try {
      return Path.of(value).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new VendorOptionException(name, "'" + value + "' is not a path: " + e.getReason());
    }
  }
}
