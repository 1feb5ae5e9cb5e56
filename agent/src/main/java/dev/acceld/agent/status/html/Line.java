package dev.acceld.agent.status.html;

import java.util.Arrays;

/**
 * Values over time as one line of an SVG. Time is cut into equal stretches at fixed moments, so
 * that the line moves and does not flicker; each stretch is as high as the highest value in it. A
 * stretch without values is a gap: nothing is filled in.
 */
public final class Line {
  /** The height of every chart, in units of its own. */
  public static final int HEIGHT = 100;

  private final double[] highest;
  private final double width; // of a stretch, in seconds
  private final long first; // number of the first stretch
  private double least = Double.NaN;
  private double most = Double.NaN;
  private double last = Double.NaN;

  /**
   * Without values yet.
   *
   * @param from the time at its left end, in seconds
   * @param to the time at its right end
   * @param stretches how many
   */
  public Line(double from, double to, int stretches) {
    width = Math.max(to - from, 1e-3) / stretches;
    first = floor(to / width) - stretches + 1;
    highest = new double[stretches];
    Arrays.fill(highest, Double.NaN);
  }

  /**
   * How many stretches there may be so that none is without a value while nothing is missing.
   *
   * @param wanted not more than so many
   * @param seconds of the whole line
   * @param step between two values, in seconds
   */
  public static int stretches(int wanted, double seconds, double step) {
    return Math.clamp((long) (seconds / (2 * step)), 1, wanted);
  }

  /** Adds a value; those come in the order of their times. NaN is none. */
  public void add(double time, double value) {
    long stretch = floor(time / width) - first;
    if (Double.isNaN(value) || stretch < 0 || stretch >= highest.length) {
      return;
    }
    int at = (int) stretch;
    highest[at] = Double.isNaN(highest[at]) ? value : Math.max(highest[at], value);
    least = Double.isNaN(least) ? value : Math.min(least, value);
    most = Double.isNaN(most) ? value : Math.max(most, value);
    last = value;
  }

  /** The lowest value; NaN when there is none. */
  public double least() {
    return least;
  }

  /** The highest value; NaN when there is none. */
  public double most() {
    return most;
  }

  /**
   * The last value, unless it is old: NaN when neither of the last two stretches has one. One is
   * not enough, because a stretch that has just begun may have none yet.
   */
  public double now() {
    boolean recent = false;
    for (int i = Math.max(0, highest.length - 2); i < highest.length; i++) {
      recent |= !Double.isNaN(highest[i]);
    }
    return recent ? last : Double.NaN;
  }

  /** Where a time is, in the units of {@link #path}. */
  public double x(double time) {
    return Math.clamp(time / width - first, 0, highest.length);
  }

  /**
   * The data of an SVG path, one unit wide for each stretch and {@link #HEIGHT} high.
   *
   * @param bottom the value at the bottom
   * @param top the value at the top
   */
  public String path(double bottom, double top) {
    StringBuilder d = new StringBuilder(highest.length * 5);
    double range = top > bottom ? top - bottom : 1;
    boolean drawing = false;
    boolean level = false; // the last stroke is level and may go on
    int before = 0;
    for (int i = 0; i < highest.length; i++) {
      if (Double.isNaN(highest[i])) {
        end(d, level, i);
        drawing = false;
        level = false;
        continue;
      }
      double share = Math.clamp((highest[i] - bottom) / range, 0, 1);
      int y = HEIGHT - (int) (share * HEIGHT + 0.5);
      if (!drawing) {
        d.append('M').append(i).append(' ').append(y);
        level = true; // also when nothing follows
      } else if (y != before) {
        end(d, level, i);
        d.append('L').append(i + 1).append(' ').append(y);
        level = false;
      } else {
        level = true;
      }
      drawing = true;
      before = y;
    }
    end(d, level, highest.length);
    return d.toString();
  }

  private static void end(StringBuilder d, boolean level, int x) {
    if (level) {
      d.append('H').append(x);
    }
  }

  private static long floor(double value) {
    long whole = (long) value;
    return value < whole ? whole - 1 : whole;
  }

  /** How many stretches there are. */
  public int stretches() {
    return highest.length;
  }
}
