package dev.acceld.probe.tpu.runtime;

import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the workload has, as far as we know without asking it.
 *
 * @param count how many chips, 1 to 64
 * @param devicesPerChip how many JAX devices a chip is: 2 for v2, v3 and tpu7x, 1 for the others;
 *     empty when the generation is not known or its cores may be used apart
 */
public record ExpectedChips(int count, OptionalInt devicesPerChip) {
  static final int MOST_CHIPS = 64;
  static final int MOST_DEVICES_PER_CHIP = 2;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when no TPU host has so many
   */
  public ExpectedChips {
    if (count < 1 || count > MOST_CHIPS) {
      throw new IllegalArgumentException("no TPU host has " + count + " chips");
    }
    int devices = devicesPerChip.orElse(1);
    if (devices < 1 || devices > MOST_DEVICES_PER_CHIP) {
      throw new IllegalArgumentException("no TPU chip is " + devices + " devices");
    }
  }

  /** Chips of a generation that is not known. */
  public static ExpectedChips of(int count) {
    return new ExpectedChips(count, OptionalInt.empty());
  }

  /** Chips of a generation with that many devices a chip. */
  public static ExpectedChips of(int count, int devicesPerChip) {
    return new ExpectedChips(count, OptionalInt.of(devicesPerChip));
  }

  /** How many devices a chip may show as where memory is measured: once for each device. */
  SortedSet<Integer> devices() {
    SortedSet<Integer> all = new TreeSet<>();
    if (devicesPerChip.isPresent()) {
      all.add(devicesPerChip.getAsInt());
    } else {
      for (int d = 1; d <= MOST_DEVICES_PER_CHIP; d++) {
        all.add(d);
      }
    }
    return all;
  }
}
