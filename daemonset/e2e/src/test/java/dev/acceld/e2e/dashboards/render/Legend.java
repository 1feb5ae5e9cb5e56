package dev.acceld.e2e.dashboards.render;

import dev.acceld.e2e.dashboards.Series;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How series are called. */
final class Legend {
  private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

  private Legend() {}

  /** The name by a format such as {@code {{device}} sent}; without one, the labels. */
  static String name(Series series, String format) {
    if (format.isEmpty()) {
      return series.labels().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(label -> label.getKey() + "=\"" + label.getValue() + "\"")
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return LABEL
        .matcher(format)
        .replaceAll(found -> Matcher.quoteReplacement(series.label(found.group(1))));
  }
}
