package dev.acceld.usage;

import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.snapshot.DeviceSnapshot;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How busy a device is, and how much of its GPU a partition is: the same for all who count. */
public final class DeviceLoad {
  /** What tells how busy a device is, the first that it has. */
  private static final List<Metric> BUSY =
      List.of(Metric.UTILIZATION, Metric.GRAPHICS_ACTIVE, Metric.SM_ACTIVE);

  private static final Pattern COMPUTE_INSTANCE = Pattern.compile("^(\\d+)c\\.(\\d+)g\\..*");

  private DeviceLoad() {}

  /** From 0 to 1; NaN where nobody can tell. */
  public static double utilization(Sample readings) {
    for (Metric metric : BUSY) {
      double value = readings.get(metric);
      if (!Double.isNaN(value)) {
        return value;
      }
    }
    return Double.NaN;
  }

  /**
   * The part of its GPU that a partition is, 0 to 1: that of its memory, and of a compute instance
   * that of its slices. Of a device that is no partition: all of itself. NaN where nobody can tell.
   */
  public static double shareOfWhole(DeviceSnapshot device) {
    if (!(device.device() instanceof MigDevice part)) {
      return 1;
    }
    return device
        .whole()
        .map(gpu -> Math.min(1, part.memoryBytes() / (double) gpu.memoryBytes()))
        .map(memory -> memory * computeShare(part.profile()))
        .orElse(Double.NaN);
  }

  /** A part of a GPU instance has the instance's memory, and only its share of the slices. */
  private static double computeShare(String profile) {
    Matcher part = COMPUTE_INSTANCE.matcher(profile);
    return part.matches()
        ? Math.min(1, Double.parseDouble(part.group(1)) / Double.parseDouble(part.group(2)))
        : 1;
  }
}
