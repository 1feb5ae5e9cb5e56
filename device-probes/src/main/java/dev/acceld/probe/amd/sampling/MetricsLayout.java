package dev.acceld.probe.amd.sampling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of one version of {@code gpu_metrics} are, in bytes from its start; {@link
 * #NONE} for one that it lacks. The offsets follow from the order of the fields in the kernel's
 * drivers/gpu/drm/amd/include/kgd_pp_interface.h with natural alignment.
 *
 * @param content its content revision; the format revision is 1
 * @param size of the whole structure
 * @param edge temperature of the edge of the chip, °C; as all but the last, 16 bits
 * @param hotspot temperature of the hottest spot, °C
 * @param memory temperature of the memory, °C
 * @param power of the socket, W
 * @param graphics activity, %
 * @param memoryActivity of the memory controllers, %
 * @param clock of the graphics engine, MHz; the first of several from 1.4 on
 * @param memoryClock in MHz
 * @param videoClock in MHz
 * @param energy 64 bits in units of 2^-16 J
 * @param throttling 64 bits that mean the same for all chips
 * @param residencies six counters of 32 bits: cycles, then those of PROCHOT, package power, and
 *     temperature of socket, voltage regulators and memory
 * @param replays of PCIe packets, 64 bits
 * @param naks of PCIe packets, 32 bits sent and 32 bits received
 */
record MetricsLayout(
    int content,
    int size,
    int edge,
    int hotspot,
    int memory,
    int power,
    int graphics,
    int memoryActivity,
    int clock,
    int memoryClock,
    int videoClock,
    int energy,
    int throttling,
    int residencies,
    int replays,
    int naks) {

  /** A field that the version lacks. */
  static final int NONE = -1;

  /**
   * 1.0 is missing because it is not aligned, which the kernel advises against, and 1.9 because it
   * is no structure of fixed size. 1.6 came in two forms: the longer one is the kernel's, the
   * shorter one was taken back and lives on in drivers outside of it.
   */
  private static final List<MetricsLayout> ALL =
      List.of(
          first(1, 96, NONE),
          first(2, 104, NONE),
          first(3, 120, 112),
          later(4, 288, 240, 280, 264, 24, NONE, 88, NONE),
          later(5, 360, 312, 352, 336, 88, NONE, 152, 168),
          later(6, 384, 336, 376, 360, 88, 104, 176, 192),
          later(6, 1664, 264, 304, 288, 16, 32, 104, 120),
          later(7, 2208, 296, 336, 320, 24, 40, 112, 128),
          later(8, 3872, 296, 336, 320, 24, 40, 112, 128));

  private static MetricsLayout first(int content, int size, int throttling) {
    return new MetricsLayout(
        content, size, 4, 6, 8, 22, 16, 18, 54, 58, 60, 24, throttling, NONE, NONE, NONE);
  }

  private static MetricsLayout later(
      int content,
      int size,
      int clock,
      int memoryClock,
      int videoClock,
      int energy,
      int residencies,
      int replays,
      int naks) {
    return new MetricsLayout(
        content,
        size,
        NONE,
        4,
        6,
        10,
        12,
        14,
        clock,
        memoryClock,
        videoClock,
        energy,
        NONE,
        residencies,
        replays,
        naks);
  }

  /** The one of that version and size; null when it is not known. */
  static @Nullable MetricsLayout of(int content, int size) {
    for (MetricsLayout layout : ALL) {
      if (layout.content == content && layout.size == size) {
        return layout;
      }
    }
    return null;
  }
}
