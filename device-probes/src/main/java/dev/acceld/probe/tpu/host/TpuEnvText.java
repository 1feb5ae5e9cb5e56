package dev.acceld.probe.tpu.host;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The form of {@code /etc/tpu/tpu-env} and of the metadata attribute {@code tpu-env}: lines {@code
 * KEY: 'value'}. A line that is cut off or means nothing costs only itself.
 */
final class TpuEnvText {
  private static final int MOST_LINES = 500;
  private static final int LONGEST_VALUE = 256;
  private static final Pattern LINE = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)\\s*:\\s*(.*)");

  private TpuEnvText() {}

  static FactSource.Statement parse(String source, String text) {
    Map<Fact, String> facts = new EnumMap<>(Fact.class);
    List<String> problems = new ArrayList<>();
    int n = 0;
    for (String line : text.lines().limit(MOST_LINES).toList()) {
      n++;
      String trimmed = line.strip();
      if (trimmed.isEmpty() || trimmed.startsWith("#")) {
        continue;
      }
      Matcher m = LINE.matcher(trimmed);
      Optional<Fact> fact = m.matches() ? Fact.of(m.group(1)) : Optional.empty();
      if (!m.matches()) {
        problems.add(source + ": line " + n + " is not KEY: 'value'; it is ignored");
      } else if (fact.isPresent()) {
        Optional<String> value = value(m.group(2));
        if (value.isEmpty()) {
          problems.add(
              source
                  + ": the value of "
                  + m.group(1)
                  + " in line "
                  + n
                  + " is cut off or too long;"
                  + " it is ignored");
        } else if (!value.get().isEmpty()) {
          String before = facts.putIfAbsent(fact.get(), value.get());
          if (before != null && !before.equals(value.get())) {
            problems.add(
                source
                    + ": "
                    + m.group(1)
                    + " occurs twice; "
                    + Shown.of(before)
                    + " of the first counts");
          }
        }
      }
    }
    return new FactSource.Statement(facts, problems.size() > 3 ? problems.subList(0, 3) : problems);
  }

  /** Without its quotes; empty when a quote is missing. */
  private static Optional<String> value(String written) {
    String value = written.strip();
    if (!value.isEmpty() && (quote(value.charAt(0)) || quote(value.charAt(value.length() - 1)))) {
      if (value.length() < 2 || value.charAt(value.length() - 1) != value.charAt(0)) {
        return Optional.empty();
      }
      value = value.substring(1, value.length() - 1).strip();
    }
    return value.length() <= LONGEST_VALUE ? Optional.of(value) : Optional.empty();
  }

  private static boolean quote(char c) {
    return c == '\'' || c == '"';
  }
}
