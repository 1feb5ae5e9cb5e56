package dev.acceld.probe.amd.sampling;

import org.jspecify.annotations.Nullable;

/**
 * The file {@code gpu_metrics}: what the firmware of a GPU says of itself, in one piece. NaN is
 * what it does not tell.
 *
 * @param edge temperature of the edge of the chip, °C
 * @param hotspot temperature of its hottest spot, °C
 * @param memory temperature of the memory, °C
 * @param watts that the socket draws
 * @param activity of the graphics and compute engine, 0 to 1
 * @param memoryActivity of the memory controllers, 0 to 1
 * @param clock of the graphics and compute engine, Hz
 * @param memoryClock in Hz
 * @param videoClock in Hz
 * @param joules consumed since the firmware started
 * @param isNarrow whether the counter of joules may have 32 bits only, and so be full at 65,536 J
 * @param replays of PCIe packets
 * @param naksSent of PCIe packets
 * @param naksReceived of PCIe packets
 * @param throttling what holds the clocks down now, as the bits of amdgpu_smu.h; null where it is
 *     not told
 * @param residencies for how long what held them down; null where it is not told
 */
public record GpuMetrics(
    double edge,
    double hotspot,
    double memory,
    double watts,
    double activity,
    double memoryActivity,
    double clock,
    double memoryClock,
    double videoClock,
    double joules,
    boolean isNarrow,
    double replays,
    double naksSent,
    double naksReceived,
    @Nullable Long throttling,
    @Nullable Residencies residencies) {

  /** The longest file that is read; the longest known version has 3,872 bytes. */
  static final int MOST_BYTES = 8192;

  private static final int HEADER = 4;
  private static final int DISCRETE = 1;
  private static final double JOULE = 1.0 / (1 << 16);

  /** The last version whose counter of energy has 32 bits on some chips (MI100, RDNA). */
  private static final int NARROW = 3;

  private static final long NARROW_NOT_SUPPORTED = 0xffff_ffffL;
  private static final double MEGAHERTZ = 1e6;

  /**
   * Counters of the firmware's cycles, of 32 bits that begin anew when they are full.
   *
   * @param cycles in all
   * @param prochot in which another part of the machine asked for less
   * @param power in which the package had reached its power limit
   * @param socket in which the socket was too hot
   * @param regulators in which voltage regulators were too hot
   * @param memory in which the memory was too hot
   */
  record Residencies(int cycles, int prochot, int power, int socket, int regulators, int memory) {}

  /** What a GPU without the file says. */
  static final GpuMetrics NONE =
      new GpuMetrics(
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          false,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          null,
          null);

  /** Whose file it is. */
  public enum Form {
    /** Of a GPU with memory of its own. */
    DISCRETE,
    /** Of graphics that are part of a processor, format revision 2 or 3. */
    INTEGRATED,
    /** It is none, or of a form to come. */
    UNKNOWN
  }

  /** Whose file that is, by its header. */
  public static Form form(byte[] bytes, int end) {
    if (end < HEADER || unsigned(bytes, 0, 2) != end) {
      return Form.UNKNOWN;
    }
    return switch (bytes[2]) {
      case 1 -> Form.DISCRETE;
      case 2, 3 -> Form.INTEGRATED;
      default -> Form.UNKNOWN;
    };
  }

  /**
   * Reads it. A version that is not known, and one whose length is not that of its version, says
   * nothing: guessed values are worse than none.
   *
   * @param end where the file ends in the bytes
   */
  public static GpuMetrics of(byte[] bytes, int end) {
    MetricsLayout layout =
        end >= HEADER && bytes[2] == DISCRETE && unsigned(bytes, 0, 2) == end
            ? MetricsLayout.of(bytes[3] & 0xff, end)
            : null;
    return layout == null ? NONE : new Fields(bytes, layout).all();
  }

  private static long unsigned(byte[] bytes, int at, int length) {
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | (bytes[at + i] & 0xff);
    }
    return value;
  }

  /** All bits set is the firmware's way of saying nothing. */
  private record Fields(byte[] bytes, MetricsLayout layout) {
    GpuMetrics all() {
      boolean narrow = layout.content() <= NARROW;
      double watts = value(layout.power(), 2);
      double energy = value(layout.energy(), 8);
      if (narrow && energy == NARROW_NOT_SUPPORTED) {
        energy = Double.NaN;
      }
      if (narrow && watts == 0 && energy == 0) {
        // The second die of an MI250: the first one measures for both.
        watts = Double.NaN;
        energy = Double.NaN;
      }
      return new GpuMetrics(
          value(layout.edge(), 2),
          value(layout.hotspot(), 2),
          value(layout.memory(), 2),
          watts,
          share(layout.graphics()),
          share(layout.memoryActivity()),
          value(layout.clock(), 2) * MEGAHERTZ,
          value(layout.memoryClock(), 2) * MEGAHERTZ,
          value(layout.videoClock(), 2) * MEGAHERTZ,
          energy * JOULE,
          narrow && !Double.isNaN(energy),
          value(layout.replays(), 8),
          value(layout.naks(), 4),
          value(layout.naks() == MetricsLayout.NONE ? MetricsLayout.NONE : layout.naks() + 4, 4),
          throttling(),
          residencies());
    }

    private double value(int at, int length) {
      if (at == MetricsLayout.NONE) {
        return Double.NaN;
      }
      long value = unsigned(bytes, at, length);
      boolean all = value == (length == 8 ? -1L : (1L << 8 * length) - 1);
      return all || value < 0 ? Double.NaN : value;
    }

    /** A percentage; some chips of old firmware say nonsense. */
    private double share(int at) {
      double percent = value(at, 2);
      return percent <= 100 ? percent / 100 : Double.NaN;
    }

    private @Nullable Long throttling() {
      if (layout.throttling() == MetricsLayout.NONE) {
        return null;
      }
      long bits = unsigned(bytes, layout.throttling(), 8);
      return bits == -1 ? null : bits;
    }

    private @Nullable Residencies residencies() {
      int at = layout.residencies();
      if (at == MetricsLayout.NONE) {
        return null;
      }
      int[] counts = new int[6];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = (int) unsigned(bytes, at + 4 * i, 4);
      }
      return counts[0] == -1
          ? null
          : new Residencies(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
    }
  }
}
