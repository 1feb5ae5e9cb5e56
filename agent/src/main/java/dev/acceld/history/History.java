package dev.acceld.history;

import dev.acceld.device.process.DeviceProcess;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one device in the last ten minutes, the oldest first, as they were when it was
 * asked for. Immutable. Times are seconds on a clock that starts with the agent and never jumps,
 * whatever happens to the time of day; {@link #now} says what it showed when the copy was made.
 */
public final class History {
  private static final double TENTHS = 10;

  /** Nothing was measured. */
  public static final History EMPTY =
      new History(
          10,
          0,
          new int[0],
          new float[Series.COUNT][],
          new double[Series.COUNT],
          Optional.empty(),
          0);

  private final int step;
  private final int now;
  private final int[] times;
  private final float[] @Nullable [] columns;
  private final double[] bases;
  private final Optional<List<DeviceProcess>> processes;
  private final int processesAt;

  /** Keeps the arrays. */
  History(
      int step,
      int now,
      int[] times,
      float[] @Nullable [] columns,
      double[] bases,
      Optional<List<DeviceProcess>> processes,
      int processesAt) {
    this.step = step;
    this.now = now;
    this.times = times;
    this.columns = columns;
    this.bases = bases;
    this.processes = processes;
    this.processesAt = processesAt;
  }

  /** The shortest time between two samples, in seconds. */
  public double step() {
    return step / TENTHS;
  }

  /** When this copy was made, in seconds. */
  public double now() {
    return now / TENTHS;
  }

  /** How many samples there are. */
  public int size() {
    return times.length;
  }

  /** When a sample was taken, in seconds. */
  public double at(int sample) {
    return times[sample] / TENTHS;
  }

  /** A value in the metric's unit; NaN when that sample has none. */
  public double value(Series series, int sample) {
    float[] values = columns[series.ordinal()];
    return values == null ? Double.NaN : bases[series.ordinal()] + values[sample];
  }

  /** What has a value in any sample. */
  public Set<Series> series() {
    Set<Series> there = EnumSet.noneOf(Series.class);
    for (Series series : Series.values()) {
      float[] values = columns[series.ordinal()];
      for (int i = 0; values != null && i < values.length; i++) {
        if (!Float.isNaN(values[i])) {
          there.add(series);
          break;
        }
      }
    }
    return there;
  }

  /** The processes on the device, as its driver told last; empty when it never told. */
  public Optional<List<DeviceProcess>> processes() {
    return processes;
  }

  /** How long before this copy that was, in seconds. */
  public double processesAge() {
    return (now - processesAt) / TENTHS;
  }
}
