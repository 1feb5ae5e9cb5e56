package dev.acceld.dra.events;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an Event says of faults, for a person. */
final class EventTexts {
  static final int MOST_BYTES = 1024;
  private static final int MOST_NAMES = 16;
  private static final String CUT = "...";

  private EventTexts() {}

  /** Why, in one word, when faults begin. */
  static String begun(List<Fault> faults) {
    boolean blocks = faults.stream().anyMatch(fault -> !fault.reason().schedulable());
    if (!blocks) {
      return "AcceleratorDegraded";
    }
    boolean known = faults.stream().anyMatch(fault -> fault.state() == State.UNHEALTHY);
    return known ? "AcceleratorUnhealthy" : "AcceleratorHealthUnknown";
  }

  /** The devices, what is wrong, and what to do. */
  static String begin(List<Fault> faults, List<String> claims) {
    String word =
        switch (begun(faults)) {
          case "AcceleratorDegraded" -> "degraded";
          case "AcceleratorUnhealthy" -> "unhealthy";
          default -> "in an unknown state";
        };
    return clean(subject(faults) + word + ": " + causes(faults) + holders(claims));
  }

  /**
   * The devices, what is over, and what is left.
   *
   * @param left what else is wrong with these devices
   * @param lasted how long it was so; the longest
   */
  static String end(List<Fault> faults, List<Fault> left, Duration lasted) {
    Set<String> over = new LinkedHashSet<>();
    faults.forEach(fault -> over.add(fault.reason().message()));
    String text =
        left.isEmpty()
            ? subject(faults) + "healthy again after " + words(lasted) + ". What is over: "
            : names(faults) + ": over after " + words(lasted) + ": ";
    text += String.join("; ", over);
    return clean(left.isEmpty() ? text : text + ". What remains: " + causes(left));
  }

  private static String subject(List<Fault> faults) {
    long devices = devices(faults).size();
    return devices == 1
        ? "Device " + names(faults) + " is "
        : devices + " devices (" + names(faults) + ") are ";
  }

  private static String names(List<Fault> faults) {
    List<String> names = new ArrayList<>(devices(faults));
    if (names.size() <= MOST_NAMES) {
      return String.join(", ", names);
    }
    return String.join(", ", names.subList(0, MOST_NAMES))
        + " and "
        + (names.size() - MOST_NAMES)
        + " more";
  }

  private static Set<String> devices(List<Fault> faults) {
    Set<String> devices = new LinkedHashSet<>();
    faults.forEach(fault -> devices.add(fault.key().device()));
    return devices;
  }

  private static String causes(List<Fault> faults) {
    Set<String> causes = new LinkedHashSet<>();
    for (Fault fault : faults) {
      Action action = fault.reason().action();
      causes.add(
          fault.reason().message() + (action == Action.NONE ? "" : " (" + action.describe() + ")"));
    }
    return String.join("; ", causes);
  }

  private static String holders(List<String> claims) {
    return claims.isEmpty()
        ? ""
        : ". Held by " + (claims.size() == 1 ? "claim " : "claims ") + String.join(", ", claims);
  }

  private static String words(Duration lasted) {
    long seconds = Math.max(0, lasted.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 2 * 3600 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }

  /** On one line of ASCII, no longer than the API server accepts. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), MOST_BYTES + 1));
    for (int i = 0; i < text.length() && clean.length() <= MOST_BYTES; i++) {
      char c = text.charAt(i);
      clean.append(c >= ' ' && c <= '~' ? c : c < ' ' ? ' ' : '?');
    }
    if (clean.length() > MOST_BYTES) {
      clean.setLength(MOST_BYTES - CUT.length());
      clean.append(CUT);
    }
    return clean.toString();
  }
}
