package dev.acceld.probe.tpu.host;

import dev.acceld.probe.tpu.shape.Shape;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many chips a fact says that a host has. */
final class HostSize {
  /** Google's names of machines with TPUs: {@code ct5lp-hightpu-8t}, {@code tpu7x-standard-4t}. */
  private static final Pattern MACHINE = Pattern.compile("(?:ct\\w+|tpu\\w+)-\\w+-(\\d{1,3})t");

  private HostSize() {}

  /** Of a machine type; empty for one that does not say so. */
  static OptionalInt ofMachine(String type) {
    Matcher m = MACHINE.matcher(type);
    return m.matches() ? OptionalInt.of(Integer.parseInt(m.group(1))) : OptionalInt.empty();
  }

  /** Whether bounds are for a host with that many chips; empty when they are no bounds. */
  static Optional<Boolean> fit(String bounds, int chips) {
    return Shape.parseBounds(bounds).map(shape -> shape.chips() == chips);
  }

  /**
   * Whether a host with that many chips can belong to a slice. Slices of several hosts have hosts
   * with four or more chips; a host with one chip gives out no blocks, whatever it belongs to.
   */
  static boolean canBelongTo(Shape slice, int chips) {
    return chips != 2 || slice.chips() <= chips;
  }
}
