package dev.acceld.device;

import java.util.regex.Pattern;

/**
 * The name under which a device is published: unique on its node, a DNS label, the same after every
 * reboot and renumbering.
 *
 * @param value 1 to 63 lower-case letters, digits and inner dashes (the limit of a ResourceSlice
 *     device name)
 */
public record DeviceName(String value) implements Comparable<DeviceName> {
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /** Checks the form. */
  public DeviceName {
    if (!DNS_LABEL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "device name '" + value + "' is not a DNS label (a-z, 0-9, inner '-', at most 63)");
    }
  }

  @Override
  public int compareTo(DeviceName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
