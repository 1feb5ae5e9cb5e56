package dev.acceld.probe.tpu.slice;

import dev.acceld.text.OneLine;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks at names of hosts as they are written into {@code TPU_WORKER_HOSTNAMES}. */
final class HostNames {
  /** RFC 1123 names, as Kubernetes has them; an IPv4 address looks like one. */
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");

  private static final int LONGEST = 253;
  private static final int MOST_SHOWN = 80;

  private HostNames() {}

  /** What is wrong with a list of names, and where. */
  record Fault(int index, String why) {}

  /** The first thing that is wrong with a list; empty when it can be used. */
  static Optional<Fault> fault(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
        return Optional.of(
            new Fault(
                i,
                quoted(name)
                    + " is not a host name: lower-case letters, digits, '-' and '.', at most 63"
                    + " characters between two dots and 253 in all"));
      }
      if (!seen.add(name)) {
        return Optional.of(new Fault(i, quoted(name) + " occurs twice"));
      }
    }
    return Optional.empty();
  }

  /** A text of somebody else's for a message, which is a line of a log. */
  static String quoted(String text) {
    return "'" + OneLine.start(text, MOST_SHOWN) + "'";
  }
}
