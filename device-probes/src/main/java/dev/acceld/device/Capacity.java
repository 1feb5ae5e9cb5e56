package dev.acceld.device;

/**
 * An amount that a device has, such as memory.
 *
 * @param amount a whole number, in bytes for memory
 */
public record Capacity(long amount) {
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};

  /** Checks the sign. */
  public Capacity {
    if (amount < 0) {
      throw new IllegalArgumentException("a capacity cannot be negative: " + amount);
    }
  }

  /**
   * The amount as a Kubernetes quantity in the API server's own canonical form ({@code 80Gi},
   * {@code 81559Mi}, {@code 7}): what is read back is what was written.
   */
  public String quantity() {
    long rest = amount;
    int unit = 0;
    while (unit < BINARY.length - 1 && rest != 0 && rest % 1024 == 0) {
      rest /= 1024;
      unit++;
    }
    return rest + BINARY[unit];
  }
}
