package dev.acceld.machine.tree;

import dev.acceld.machine.description.MachineException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's log of a simulated machine: {@code /dev/kmsg} as a regular file of records
 * (Documentation/ABI/testing/dev-kmsg), which grows. The oldest records go when it gets too long.
 * The time of a record is this machine's uptime. To be used under the tree's lock.
 */
public record KernelLog(FileTree tree) {
  /** Levels of the kernel (linux/kern_levels.h). */
  public static final int ERROR = 3;

  /** A warning. */
  public static final int WARNING = 4;

  private static final int INFO = 6;
  private static final String FILE = "/dev/kmsg";
  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_TEXT = 900;

  /** The log of a machine that has just booted. */
  public void begin() {
    tree.write(FILE, bytes(record(INFO, 0, "Linux version 6.12.0 (simulated machine)", "")));
  }

  /** The same, unless there is one. */
  public void beginIfNone() {
    if (!tree.exists(FILE)) {
      begin();
    }
  }

  /**
   * The kernel writes a line.
   *
   * @param text printable ASCII
   * @param pci the function that the kernel names beside it; empty for none
   */
  public void write(int level, String text, String pci) {
    if (text.isEmpty()
        || text.length() > MOST_TEXT
        || !text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      throw new MachineException(
          "a line of the kernel log must have 1 to "
              + MOST_TEXT
              + " printable ASCII characters, all in one line");
    }
    beginIfNone();
    String before = tree.read(FILE) + "\n";
    String record = record(level, next(before), text, pci);
    if (before.length() + record.length() <= MOST_BYTES) {
      tree.append(FILE, bytes(record));
    } else {
      tree.write(FILE, bytes(half(before) + record));
    }
  }

  /** The newer half, from the beginning of a record. */
  private static String half(String log) {
    int start = log.length() / 2;
    do {
      start = log.indexOf('\n', start) + 1;
    } while (start > 0 && start < log.length() && log.charAt(start) == ' ');
    return log.substring(start);
  }

  /** The number after that of the last record. */
  private static long next(String log) {
    String[] lines = log.split("\n", -1);
    for (int i = lines.length - 1; i >= 0; i--) {
      String[] header = lines[i].split(",", 3);
      if (header.length == 3 && header[1].matches("[0-9]{1,18}")) {
        return Long.parseLong(header[1]) + 1;
      }
    }
    return 0;
  }

  private static String record(int level, long sequence, String text, String pci) {
    String device = pci.isEmpty() ? "" : " SUBSYSTEM=pci\n DEVICE=+pci:" + pci + "\n";
    return level + "," + sequence + "," + uptimeMicros() + ",-;" + text + "\n" + device;
  }

  private static long uptimeMicros() {
    try {
      String uptime = Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0];
      return new BigDecimal(uptime).movePointRight(6).longValue();
    } catch (IOException | NumberFormatException e) {
      return System.nanoTime() / 1000;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
