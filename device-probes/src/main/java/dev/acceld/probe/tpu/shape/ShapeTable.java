package dev.acceld.probe.tpu.shape;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which parts of a host a container can use, and what speaks for each. Sources: Google's DRA driver
 * and GKE's TPU device plugin (bounds by number of chips; two chips of tpu7x on one NUMA node), the
 * machine types with 1 and 4 chips of v5e, v6e and tpu7x, and Ray, which runs 1, 2 and 4 chips of a
 * host with these bounds. Parts of several chips of a v6e host are reported to fail.
 */
public final class ShapeTable {
  private static final String WHOLE = "a whole host";
  private static final String RAY = "Ray: TPU_CHIPS_PER_HOST_BOUNDS for part of a host";

  private ShapeTable() {}

  /**
   * One shape.
   *
   * @param shape as part of a host
   * @param evidence what speaks for it
   * @param source where that is from; why there is none
   * @param oneNumaNode whether all its chips must be on one NUMA node
   */
  public record Entry(Shape shape, Evidence evidence, String source, boolean oneNumaNode) {}

  /**
   * Every block that fits into a host, the smallest first; two neighbors as {@code 1x2} ({@link
   * HostGrid}).
   *
   * @param generation {@code v5e}, {@code tpu7x} and so on
   */
  public static List<Entry> of(String generation, Shape host) {
    Set<Shape> shapes = new LinkedHashSet<>();
    for (int z = 1; z <= host.z(); z++) {
      for (int y = 1; y <= host.y(); y++) {
        for (int x = 1; x <= host.x(); x++) {
          shapes.add(HostGrid.name(new Shape(x, y, z), host));
        }
      }
    }
    List<Entry> all = new ArrayList<>();
    shapes.forEach(shape -> all.add(entry(generation, shape, host)));
    all.sort(Comparator.comparingLong(e -> e.shape().chips()));
    return List.copyOf(all);
  }

  private static Entry entry(String generation, Shape shape, Shape host) {
    if (shape.equals(host)) {
      return new Entry(shape, Evidence.VENDOR, WHOLE, false);
    }
    boolean one = shape.chips() == 1;
    boolean pair = shape.equals(new Shape(1, 2));
    boolean four = shape.equals(new Shape(2, 2));
    return switch (generation) {
      case "tpu7x" ->
          one
              ? new Entry(shape, Evidence.VENDOR, "machine type tpu7x-standard-1t", false)
              : pair
                  ? new Entry(
                      shape, Evidence.VENDOR, "GKE's device plugin: 1,2,1 on a NUMA node", true)
                  : unknown(shape);
      case "v5e" ->
          one
              ? new Entry(shape, Evidence.VENDOR, "machine type ct5lp-hightpu-1t", false)
              : four
                  ? new Entry(shape, Evidence.VENDOR, "machine type ct5lp-hightpu-4t", false)
                  : pair ? new Entry(shape, Evidence.PUBLISHED, RAY, true) : unknown(shape);
      case "v6e" ->
          one
              ? new Entry(shape, Evidence.VENDOR, "machine type ct6e-standard-1t", false)
              : new Entry(
                  shape,
                  Evidence.NONE,
                  "several chips of a larger host are reported to fail",
                  true);
      case "v2", "v3", "v4", "v5p" ->
          one
              ? new Entry(shape, Evidence.PUBLISHED, RAY, false)
              : pair ? new Entry(shape, Evidence.PUBLISHED, RAY, true) : unknown(shape);
      default -> unknown(shape);
    };
  }

  private static Entry unknown(Shape shape) {
    return new Entry(shape, Evidence.NONE, "no source is known", true);
  }
}
