package dev.acceld.machine.libtpu;

import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.description.Suggestions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a workload's server may do that it should not. */
public enum Habit {
  /** Takes questions and never answers. */
  HANG,
  /** Answers after {@link TpuWorkload#delay}. */
  SLOW,
  /** Resets every connection. */
  RESET,
  /** Gives numbers that cannot be: NaN, below zero, more than the total, above 100 %. */
  GARBAGE,
  /** Lists twice as many chips as the workload has. */
  FOREIGN_CHIPS,
  /** Lists a hundred thousand devices. */
  FLOOD,
  /** Has neither a list of metrics nor the state of the cores, as older versions. */
  OLD;

  /** The name that users write: {@code foreign-chips}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All names that users may write. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(Habit::key).toList();
  }

  /**
   * By its name.
   *
   * @throws MachineException with the names that there are
   */
  public static Habit of(String key) {
    for (Habit habit : values()) {
      if (habit.key().equals(key)) {
        return habit;
      }
    }
    throw new MachineException(
        "there is no habit '"
            + key
            + "'"
            + Suggestions.hint(key, keys())
            + " Known habits are "
            + String.join(", ", keys()));
  }
}
