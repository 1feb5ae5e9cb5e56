package dev.acceld.probe.amd.sampling;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The faulty pages of memory that the driver knows, as {@code ras/gpu_vram_bad_pages} has them: a
 * line {@code 0x00000001 : 0x00001000 : R} each.
 *
 * @param retired state R: not used any more
 * @param pending state P: to be retired
 * @param failed state F: could not be retired
 */
record BadPages(int retired, int pending, int failed) {
  /** Nine thousand pages; the driver gives up a GPU long before. */
  static final int MOST_BYTES = 256 * 1024;

  static final BadPages NONE = new BadPages(0, 0, 0);

  private static final Pattern LINE =
      Pattern.compile("(?m)^0x[0-9a-f]{1,16} : 0x[0-9a-f]{1,16} : +([RPF])$");

  /** Reads it; lines of any other form do not count. */
  static BadPages of(byte[] bytes, int end) {
    if (end == 0) {
      return NONE;
    }
    int retired = 0;
    int pending = 0;
    int failed = 0;
    Matcher line = LINE.matcher(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
    while (line.find()) {
      switch (line.group(1)) {
        case "R" -> retired++;
        case "P" -> pending++;
        default -> failed++;
      }
    }
    return new BadPages(retired, pending, failed);
  }

  int all() {
    return retired + pending + failed;
  }
}
