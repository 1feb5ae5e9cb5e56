package dev.acceld.history;

import dev.acceld.device.Sample;
import dev.acceld.device.process.DeviceProcess;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one device: a column of floats for each series that it has ever had, and the time
 * of each sample on a clock that never jumps. A step has one sample, the last that was taken in it.
 * Not safe for threads.
 */
final class DeviceRing {
  /** The fields and array headers of a ring without columns. */
  private static final int OVERHEAD = 512;

  private static final Series[] ALL = Series.values();

  private final int step; // tenths of a second
  private final int[] times; // tenths of a second
  private final float[] @Nullable [] columns = new float[Series.COUNT][];

  /** Of counters only what they have grown is kept: a float has 24 bits. */
  private final double[] bases;

  private int next;
  private int size;
  private Optional<List<DeviceProcess>> processes = Optional.empty();
  private int processesAt;

  /**
   * An empty one.
   *
   * @param step tenths of a second
   * @param span how far back it reaches, tenths of a second
   */
  DeviceRing(int step, int span) {
    this(step, span, new double[Series.COUNT]);
    Arrays.fill(bases, Double.NaN);
  }

  private DeviceRing(int step, int span, double[] bases) {
    this.step = step;
    this.times = new int[span / step + 2];
    this.bases = bases;
  }

  void put(int at, Sample sample) {
    int row = row(at);
    for (Series series : ALL) {
      double value = series.of(sample);
      int column = series.ordinal();
      if (Double.isNaN(bases[column])) {
        bases[column] = series.isCounter() ? value : 0;
      }
      set(column, row, (float) (value - bases[column]));
    }
  }

  /** Who used the device, when its driver told. */
  void used(int at, List<DeviceProcess> by) {
    processes = Optional.of(by);
    processesAt = at;
  }

  private int row(int at) {
    if (size > 0 && at / step <= times[last()] / step) {
      times[last()] = Math.max(at, times[last()]);
      return last();
    }
    int row = next;
    times[row] = at;
    next = (next + 1) % times.length;
    size = Math.min(size + 1, times.length);
    return row;
  }

  private int last() {
    return Math.floorMod(next - 1, times.length);
  }

  private void set(int column, int row, float value) {
    float[] values = columns[column];
    if (values == null) {
      if (Float.isNaN(value)) {
        return;
      }
      values = new float[times.length];
      Arrays.fill(values, Float.NaN);
      columns[column] = values;
    }
    values[row] = value;
  }

  /** When the last sample was put. */
  int newest() {
    return size == 0 ? 0 : times[last()];
  }

  long bytes() {
    long all = OVERHEAD + (long) times.length * Integer.BYTES;
    for (float[] values : columns) {
      all += values == null ? 0 : (long) values.length * Float.BYTES;
    }
    return all;
  }

  /** The same samples in other steps; of those that fall into one step the last stays. */
  DeviceRing in(int newStep, int span) {
    DeviceRing other = new DeviceRing(newStep, span, bases);
    for (int i = 0; i < size; i++) {
      int from = at(i);
      int row = other.row(times[from]);
      for (int column = 0; column < columns.length; column++) {
        float[] values = columns[column];
        if (values != null) {
          other.set(column, row, values[from]);
        }
      }
    }
    other.processes = processes;
    other.processesAt = processesAt;
    return other;
  }

  private int at(int i) {
    return Math.floorMod(next - size + i, times.length);
  }

  /** A copy of what is not older than the span. */
  History copy(int now, int span) {
    int first = 0;
    while (first < size && now - times[at(first)] > span) {
      first++;
    }
    int rows = size - first;
    int from = at(first);
    int upToEnd = Math.min(rows, times.length - from); // the others are at the beginning
    int[] when = new int[rows];
    System.arraycopy(times, from, when, 0, upToEnd);
    System.arraycopy(times, 0, when, upToEnd, rows - upToEnd);
    float[] @Nullable [] copies = new float[columns.length][];
    for (int column = 0; column < columns.length; column++) {
      float[] values = columns[column];
      if (values != null) {
        float[] copy = new float[rows];
        System.arraycopy(values, from, copy, 0, upToEnd);
        System.arraycopy(values, 0, copy, upToEnd, rows - upToEnd);
        copies[column] = copy;
      }
    }
    return new History(step, now, when, copies, bases.clone(), processes, processesAt);
  }
}
