package dev.acceld.agent.cli.text;

import java.util.Arrays;
import java.util.Map;

/**
 * Values over time in one line of a terminal: a column for each stretch of time, as high as the
 * highest value in it. A stretch without values is empty.
 */
public final class Chart {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final String ASCII = "_.-~=+*#";

  private final double from;
  private final double to;
  private final int columns;
  private final boolean ascii;

  /**
   * An empty one.
   *
   * @param from the time at its left end
   * @param to the time at its right end
   * @param ascii without block characters
   */
  public Chart(double from, double to, int columns, boolean ascii) {
    this.from = from;
    this.to = Math.max(to, Math.nextUp(from));
    this.columns = columns;
    this.ascii = ascii;
  }

  /** Whether the terminal is said to show plain characters only, by its usual variables. */
  public static boolean isPlain(Map<String, String> env) {
    String locale =
        env.getOrDefault("LC_ALL", "").isEmpty()
            ? env.getOrDefault("LC_CTYPE", env.getOrDefault("LANG", ""))
            : env.getOrDefault("LC_ALL", "");
    return !env.getOrDefault("NO_COLOR", "").isEmpty()
        || env.getOrDefault("TERM", "").equals("dumb")
        || locale.equals("C")
        || locale.equals("POSIX");
  }

  /** The column of that time. */
  public int column(double time) {
    int column = (int) ((time - from) / (to - from) * columns);
    return Math.clamp(column, 0, columns - 1);
  }

  /**
   * The line.
   *
   * @param times of the values
   * @param values NaN where there is none; as many as times
   * @param least the value of the lowest character
   * @param most the value of the highest character
   */
  public String line(double[] times, double[] values, double least, double most) {
    double[] highest = new double[columns];
    Arrays.fill(highest, Double.NaN);
    for (int i = 0; i < times.length; i++) {
      int column = column(times[i]);
      if (!Double.isNaN(values[i]) && !(highest[column] >= values[i])) {
        highest[column] = values[i];
      }
    }
    StringBuilder line = new StringBuilder(columns);
    for (double value : highest) {
      line.append(Double.isNaN(value) ? ' ' : character(value, least, most));
    }
    return line.toString();
  }

  private char character(double value, double least, double most) {
    String scale = ascii ? ASCII : BLOCKS;
    double share = most > least ? (value - least) / (most - least) : 0;
    return scale.charAt(Math.clamp((int) (share * scale.length()), 0, scale.length() - 1));
  }
}
