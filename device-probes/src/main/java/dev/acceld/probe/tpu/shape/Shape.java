package dev.acceld.probe.tpu.shape;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of chips by its edges, as GKE writes topologies: {@code 2x4}, or {@code 2x2x1} for a
 * generation that is wired in three dimensions.
 */
public record Shape(int x, int y, int z) {
  private static final Pattern TOPOLOGY =
      Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})(?:x([1-9]\\d{0,3}))?");
  private static final Pattern BOUNDS =
      Pattern.compile("([1-9]\\d{0,3}),([1-9]\\d{0,3})(?:,([1-9]\\d{0,3}))?");

  /** A block in one plane. */
  public Shape(int x, int y) {
    this(x, y, 1);
  }

  /** From {@code 2x4} or {@code 2x2x1}; empty for any other text. */
  public static Optional<Shape> parse(String topology) {
    return parse(TOPOLOGY, topology);
  }

  /** From libtpu's form, {@code 2,4,1} or {@code 2,4}; empty for any other text. */
  public static Optional<Shape> parseBounds(String bounds) {
    return parse(BOUNDS, bounds);
  }

  private static Optional<Shape> parse(Pattern form, String text) {
    Matcher m = form.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    int z = m.group(3) == null ? 1 : Integer.parseInt(m.group(3));
    return Optional.of(new Shape(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), z));
  }

  /** How many chips it has. */
  public long chips() {
    return (long) x * y * z;
  }

  /** Whether it fits into another as it is, not turned. */
  public boolean fitsInto(Shape other) {
    return x <= other.x && y <= other.y && z <= other.z;
  }

  /** As GKE writes it for a generation of two or three dimensions. */
  public String topology(boolean threeDimensions) {
    return threeDimensions || z > 1 ? x + "x" + y + "x" + z : x + "x" + y;
  }

  /** In libtpu's form, {@code 2,4,1}. */
  public String bounds() {
    return x + "," + y + "," + z;
  }

  @Override
  public String toString() {
    return topology(false);
  }
}
