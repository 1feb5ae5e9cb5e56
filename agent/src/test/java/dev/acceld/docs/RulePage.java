package dev.acceld.docs;

import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Limit;
import dev.acceld.vendor.rule.RuleTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tables of health rules as Markdown. Signals that mean the same share a line. */
final class RulePage {
  private static final Pattern NUMBERED = Pattern.compile("(.*-)(\\d+)");

  private RulePage() {}

  /** Rules of faults that a vendor numbers. */
  static boolean isFault(HealthRule rule) {
    return rule.ends().contains(Evidence.REPAIRED) && !isCause(rule);
  }

  /** Rules of causes of such faults. */
  static boolean isCause(HealthRule rule) {
    return rule.signal().contains(".");
  }

  /** The rules of a table that are of one sort. */
  static String table(RuleTable rules, Predicate<HealthRule> sort) {
    Map<String, List<String>> signals = new LinkedHashMap<>();
    for (HealthRule rule : rules.rules()) {
      if (sort.test(rule)) {
        signals.computeIfAbsent(row(rule), r -> new ArrayList<>()).add(rule.signal());
      }
    }
    StringBuilder table =
        new StringBuilder(
            """
            | signal | what was seen | state | taint effect | recommended action | it ends when | source |
            |---|---|---|---|---|---|---|
            """);
    signals.forEach((row, all) -> table.append("| ").append(ranges(all)).append(row).append('\n'));
    return table.toString();
  }

  private static String row(HealthRule rule) {
    String action = rule.action().describe();
    return " | "
        + String.join(
            " | ",
            rule.meaning(),
            rule.outcome().id(),
            rule.effect().id(),
            rule.followUp().isEmpty() ? action : action + "; " + rule.followUp(),
            ends(rule),
            rule.source())
        + " |";
  }

  private static String ends(HealthRule rule) {
    return Arrays.stream(Evidence.values())
        .filter(rule::endsWith)
        .map(evidence ->
            (evidence == Evidence.OVER || evidence == Evidence.QUIET) && !rule.over().isEmpty()
                ? rule.over()
                : "*" + evidence.id() + "*")
        .collect(Collectors.joining(", "));
  }

  /** {@code xid-39} to {@code xid-41}: three or more numbers that follow each other. */
  private static String ranges(List<String> signals) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < signals.size(); i++) {
      int last = i;
      while (last + 1 < signals.size() && follows(signals.get(last), signals.get(last + 1))) {
        last++;
      }
      if (last - i >= 2) {
        parts.add("`" + signals.get(i) + "` to `" + signals.get(last) + "`");
        i = last;
      } else {
        parts.add("`" + signals.get(i) + "`");
      }
    }
    return String.join(", ", parts);
  }

  private static boolean follows(String one, String other) {
    Matcher a = NUMBERED.matcher(one);
    Matcher b = NUMBERED.matcher(other);
    return a.matches()
        && b.matches()
        && a.group(1).equals(b.group(1))
        && Integer.parseInt(a.group(2)) + 1 == Integer.parseInt(b.group(2));
  }

  /** What the short words in the columns of evidence mean. */
  static String evidence() {
    StringBuilder table = new StringBuilder("| evidence | it ends when |\n|---|---|\n");
    for (Evidence evidence : Evidence.values()) {
      if (evidence != Evidence.OVER && evidence != Evidence.QUIET) {
        table
            .append("| *")
            .append(evidence.id())
            .append("* | ")
            .append(evidence.describe())
            .append(" |\n");
      }
    }
    return table.toString();
  }

  /** The thresholds of all rules. */
  static String limits(Iterable<HealthRule> rules) {
    StringBuilder table =
        new StringBuilder(
            "| signal | field | limits | default | allowed |\n|---|---|---|---|---|\n");
    for (HealthRule rule : rules) {
      for (Limit limit : rule.limits()) {
        table
            .append("| `")
            .append(rule.signal())
            .append("` | `")
            .append(limit.name())
            .append("` | ")
            .append(limit.meaning())
            .append(" | ")
            .append(
                limit.value().isPresent()
                    ? Long.toString((long) limit.value().getAsDouble())
                    : "what the device reports")
            .append(" | ")
            .append((long) limit.least())
            .append(" to ")
            .append((long) limit.most())
            .append(" |\n");
      }
    }
    return table.toString();
  }
}
