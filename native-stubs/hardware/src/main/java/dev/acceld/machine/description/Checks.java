package dev.acceld.machine.description;

import java.util.regex.Pattern;

/** The forms of the values in a description. The messages become part of the reader's. */
final class Checks {
  private static final String ADDRESS =
      "[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]"; // as the kernel writes it
  private static final Pattern PCI = Pattern.compile(ADDRESS);
  private static final Pattern UNDER =
      Pattern.compile("pci[0-9a-f]{4}:[0-9a-f]{2}(/" + ADDRESS + ")*");

  private static final long MOST_MEMORY_MIB = 1 << 22;

  private Checks() {}

  static void form(String key, String value, String form, String example) {
    if (!value.matches(form)) {
      throw new IllegalArgumentException(
          key + ": '" + value + "' does not have the form of " + example);
    }
  }

  static void pci(String key, String value) {
    if (!PCI.matcher(value).matches()) {
      throw new IllegalArgumentException(
          key
              + ": '"
              + value
              + "' is not a PCI address such as "
              + (key.equals("slot") ? "0000:c0:02" : "0000:0f:00.0")
              + " (lower case, in quotes)");
    }
  }

  /** What {@link AmdModel} and {@link IntelModel} have in common. */
  static void drm(int revision, long memoryMiB, int idle, int limit, int generation, int width) {
    range("revision", revision, 0, 255);
    range("pcieGeneration", generation, 1, 6);
    range("pcieWidth", width, 1, 16);
    range("idleWatts", idle, 0, limit);
    if (memoryMiB < 1 || memoryMiB > MOST_MEMORY_MIB) {
      throw new IllegalArgumentException("memoryMiB: 1 to " + MOST_MEMORY_MIB);
    }
  }

  private static void range(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + ": " + value + " is not between " + least + " and " + most);
    }
  }

  static void under(String value) {
    if (!UNDER.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "under: '"
              + value
              + "' is not a PCI root with the bridges below it, such as pci0000:0c/0000:0c:01.0");
    }
  }
}
