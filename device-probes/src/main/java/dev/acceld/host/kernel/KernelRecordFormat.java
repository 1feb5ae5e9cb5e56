package dev.acceld.host.kernel;

import dev.acceld.device.PciAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The form of a record (Documentation/ABI/testing/dev-kmsg): {@code
 * priority,sequence,microseconds,flags[,…];text} and a line break, then lines {@code KEY=value}.
 */
public final class KernelRecordFormat {
  /** As long as the kernel's own lines get (PRINTKRB_RECORD_MAX). */
  public static final int MOST_TEXT = 1024;

  /** Far more than a header has. */
  private static final int MOST_HEADER = 128;

  private static final String DEVICE = " DEVICE=+pci:";

  private KernelRecordFormat() {}

  /** Reads a record; empty when it is none. */
  public static Optional<KernelRecord> read(byte[] bytes) {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    int semicolon = all.indexOf(';');
    if (semicolon < 0 || semicolon > MOST_HEADER) {
      return Optional.empty();
    }
    String[] header = all.substring(0, semicolon).split(",", -1);
    if (header.length < 4) {
      return Optional.empty();
    }
    OptionalLong priority = number(header[0]);
    OptionalLong sequence = number(header[1]);
    OptionalLong micros = number(header[2]);
    if (priority.isEmpty()
        || priority.getAsLong() > Integer.MAX_VALUE
        || sequence.isEmpty()
        || micros.isEmpty()) {
      return Optional.empty();
    }
    int end = all.indexOf('\n', semicolon);
    String text = all.substring(semicolon + 1, end < 0 ? all.length() : end);
    return Optional.of(
        new KernelRecord(
            (int) priority.getAsLong(),
            sequence.getAsLong(),
            micros.getAsLong(),
            printable(text),
            end < 0 ? Optional.empty() : device(all, end)));
  }

  /** Decimal digits, 18 at most. */
  private static OptionalLong number(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return OptionalLong.empty();
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(Long.parseLong(text));
  }

  private static Optional<PciAddress> device(String all, int from) {
    int start = all.indexOf("\n" + DEVICE, from);
    if (start < 0) {
      return Optional.empty();
    }
    int value = start + 1 + DEVICE.length();
    int end = all.indexOf('\n', value);
    return PciAddress.parse(all.substring(value, end < 0 ? all.length() : end));
  }

  /** The kernel escapes what a terminal might obey; a file that stands in for it may not. */
  private static String printable(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MOST_TEXT));
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c < 0x7f;
      if (out.length() + (plain ? 1 : 4) > MOST_TEXT) {
        break;
      }
      if (plain) {
        out.append(c);
      } else {
        out.append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 0xf, 16));
      }
    }
    return out.toString();
  }
}
