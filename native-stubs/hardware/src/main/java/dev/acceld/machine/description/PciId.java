package dev.acceld.machine.description;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A number of the PCI world (vendor, device, class), written {@code 0x10de}.
 *
 * @param value the number
 */
public record PciId(int value) {

  /** Reads the hexadecimal form. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static PciId of(String text) {
    if (!text.matches("0x[0-9a-fA-F]{1,6}")) {
      throw new IllegalArgumentException("'" + text + "' is not a PCI id such as 0x10de");
    }
    return new PciId(Integer.parseInt(text.substring(2), 16));
  }

  /** YAML reads the hexadecimal form as a number already. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static PciId of(int value) {
    if (value < 0 || value > 0xffffff) {
      throw new IllegalArgumentException(value + " is not a PCI id such as 0x10de");
    }
    return new PciId(value);
  }

  /** As sysfs shows a vendor or device: four digits. */
  @JsonValue
  public String sysfs() {
    return String.format(Locale.ROOT, "0x%04x", value);
  }

  /** As sysfs shows a class: six digits. */
  public String sysfsClass() {
    return String.format(Locale.ROOT, "0x%06x", value);
  }
}
