package dev.acceld.probe.tpu.shape;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The chips of a host in a grid. No file of the host tells where a chip is; chips are taken to lie
 * in the order of their NUMA nodes and PCI slots, the first coordinate growing fastest, as GKE's
 * device plugin counts them. Two neighbors of a larger host are {@code 1x2}, whichever way they
 * lie: libtpu is given those bounds for chips 0 and 1 of a host (GKE's device plugin, Ray), and
 * {@code 2x1} by nobody. A whole host is what is said of it, {@code 2x1} too.
 *
 * @param host the shape of the whole host
 */
public record HostGrid(Shape host) {
  /** Two neighbors, as they are called. */
  public static final Shape PAIR = new Shape(1, 2);

  /** Two neighbors that lie the other way. */
  public static final Shape LYING_PAIR = new Shape(2, 1);

  /** What a block of that shape is called as a part of a host, or as the whole of it. */
  static Shape name(Shape shape, Shape host) {
    return shape.equals(LYING_PAIR) && !shape.equals(host) ? PAIR : shape;
  }

  /** A block somewhere on the host. */
  public record Placement(Shape shape, List<Integer> chips) {
    /** Takes a copy. */
    public Placement {
      chips = List.copyOf(chips);
    }
  }

  /**
   * The grid in which hosts with that many chips are built.
   *
   * @return empty for a number that no host has
   */
  public static Optional<HostGrid> usual(int chips) {
    return switch (chips) {
      case 1 -> Optional.of(new HostGrid(new Shape(1, 1)));
      case 2 -> Optional.of(new HostGrid(new Shape(1, 2)));
      case 4 -> Optional.of(new HostGrid(new Shape(2, 2)));
      case 8 -> Optional.of(new HostGrid(new Shape(2, 4)));
      default -> Optional.empty();
    };
  }

  /** Where the chip with that number is. */
  public int[] coordinates(int chip) {
    return new int[] {chip % host.x(), chip / host.x() % host.y(), chip / host.x() / host.y()};
  }

  /**
   * All places of a block. First those at multiples of its edges, which do not overlap one another,
   * from the last chip on: single chips are given out from the first on, and so blocks stay whole
   * for longer. Pairs are only those of consecutive chips, which is what others run.
   */
  public List<Placement> placements(Shape shape) {
    List<Placement> aligned = new ArrayList<>();
    List<Placement> others = new ArrayList<>();
    find(shape.equals(PAIR) && host.x() > 1 ? LYING_PAIR : shape, aligned, others);
    aligned.addAll(others);
    return aligned;
  }

  private void find(Shape shape, List<Placement> aligned, List<Placement> others) {
    for (int z = host.z() - shape.z(); z >= 0; z--) {
      for (int y = host.y() - shape.y(); y >= 0; y--) {
        for (int x = host.x() - shape.x(); x >= 0; x--) {
          boolean multiple = x % shape.x() == 0 && y % shape.y() == 0 && z % shape.z() == 0;
          (multiple ? aligned : others).add(at(shape, x, y, z));
        }
      }
    }
  }

  private Placement at(Shape shape, int x0, int y0, int z0) {
    List<Integer> chips = new ArrayList<>();
    for (int z = z0; z < z0 + shape.z(); z++) {
      for (int y = y0; y < y0 + shape.y(); y++) {
        for (int x = x0; x < x0 + shape.x(); x++) {
          chips.add((z * host.y() + y) * host.x() + x);
        }
      }
    }
    return new Placement(name(shape, host), chips);
  }

  /** The block that these chips are; empty when they are not one, or one of them is not here. */
  public Optional<Placement> block(Collection<Integer> chips) {
    Set<Integer> wanted = new TreeSet<>(chips);
    if (wanted.isEmpty() || wanted.stream().anyMatch(c -> c < 0 || c >= host.chips())) {
      return Optional.empty();
    }
    int[] low = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    int[] high = {0, 0, 0};
    for (int chip : wanted) {
      int[] at = coordinates(chip);
      for (int i = 0; i < low.length; i++) {
        low[i] = Math.min(low[i], at[i]);
        high[i] = Math.max(high[i], at[i]);
      }
    }
    Shape shape = new Shape(high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1);
    Placement block = at(shape, low[0], low[1], low[2]);
    return wanted.equals(new TreeSet<>(block.chips())) ? Optional.of(block) : Optional.empty();
  }
}
