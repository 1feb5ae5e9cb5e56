package dev.acceld.device;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PCI function: {@code dddd:bb:dd.f}, lower-case hexadecimal.
 *
 * @param domain 0 to 0xffffffff (virtual machine bridges use more than 16 bits)
 * @param bus 0 to 0xff
 * @param device 0 to 0x1f
 * @param function 0 to 7
 */
public record PciAddress(long domain, int bus, int device, int function)
    implements Comparable<PciAddress> {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-fA-F]{4,8}):([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");

  /** Reads {@code 0000:17:00.0}; NVML's eight-digit domains are understood too. */
  public static Optional<PciAddress> parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new PciAddress(
            Long.parseLong(m.group(1), 16),
            Integer.parseInt(m.group(2), 16),
            Integer.parseInt(m.group(3), 16),
            Integer.parseInt(m.group(4))));
  }

  /** The chip's address without its function: {@code 0000:17:00}. */
  public String slot() {
    StringBuilder text = new StringBuilder(16);
    hex(text, domain, Math.max(4, (Long.SIZE - Long.numberOfLeadingZeros(domain) + 3) / 4));
    hex(text.append(':'), bus, 2);
    hex(text.append(':'), device, 2);
    return text.toString();
  }

  private static void hex(StringBuilder text, long number, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      text.append(Character.forDigit((int) (number >>> shift) & 0xf, 16));
    }
  }

  @Override
  public int compareTo(PciAddress o) {
    int c = Long.compare(domain, o.domain);
    if (c == 0) {
      c = Integer.compare(bus, o.bus);
    }
    if (c == 0) {
      c = Integer.compare(device, o.device);
    }
    return c != 0 ? c : Integer.compare(function, o.function);
  }

  @Override
  public String toString() {
    return slot() + "." + function;
  }
}
