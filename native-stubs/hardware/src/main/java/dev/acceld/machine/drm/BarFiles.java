package dev.acceld.machine.drm;

import dev.acceld.machine.tree.FileTree;
import dev.acceld.machine.tree.Hardware.Drm;
import java.util.Locale;

/**
 * The file {@code resource} of a PCI function (Documentation/PCI/sysfs-pci.rst): a line with begin,
 * end and flags for each memory window, of six windows, the ROM and six windows of virtual
 * functions.
 */
record BarFiles(FileTree tree, Drm gpu) {
  private static final long FIRST = 0x2000_0000_0000L;
  private static final long STEP = 0x0100_0000_0000L;
  private static final int LINES = 13;
  private static final long MEMORY_64_PREFETCH = 0x14220cL;
  private static final long MEMORY_64 = 0x140204L;
  private static final long MEMORY_32 = 0x40200L;
  private static final long MIB = 1 << 20;

  /** Memory in window 0, doorbells in window 2, registers in window 5. */
  void amd(long vram) {
    long[][] windows = new long[LINES][];
    long size = Long.highestOneBit(2 * vram - 1);
    windows[0] = window(start(), size, MEMORY_64_PREFETCH);
    windows[2] = window(start() + size, 2 * MIB, MEMORY_64_PREFETCH);
    windows[5] = window(0x9000_0000L + gpu.index() * MIB, MIB / 2, MEMORY_32);
    write(windows);
  }

  /** Registers in window 0, memory in window 2. */
  void intel(long bar) {
    long[][] windows = new long[LINES][];
    windows[0] = window(0xa000_0000L + gpu.index() * 16 * MIB, 16 * MIB, MEMORY_64);
    windows[2] = window(start(), bar, MEMORY_64_PREFETCH);
    write(windows);
  }

  private long start() {
    return FIRST + gpu.index() * STEP;
  }

  private static long[] window(long start, long size, long flags) {
    return new long[] {start, start + size - 1, flags};
  }

  private void write(long[][] windows) {
    StringBuilder text = new StringBuilder();
    for (long[] window : windows) {
      long[] w = window == null ? new long[3] : window;
      text.append(String.format(Locale.ROOT, "0x%016x 0x%016x 0x%016x\n", w[0], w[1], w[2]));
    }
    tree.write(gpu.function().directory() + "/resource", text.toString());
  }
}
