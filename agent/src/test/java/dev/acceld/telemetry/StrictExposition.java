package dev.acceld.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an exposition as strictly as the specifications of the two formats allow, and says what is
 * wrong with it. Independent of the code that writes it.
 */
final class StrictExposition {
  private static final Pattern META = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][\\w:]*) (.*)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][\\w:]*)(?:\\{((?:[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\n\"])*\",?)*)})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"(,|$)");
  private static final Map<String, Set<String>> OPEN_SUFFIXES =
      Map.of(
          "counter", Set.of("_total", "_created"),
          "gauge", Set.of(""),
          "unknown", Set.of(""),
          "info", Set.of("_info"),
          "histogram", Set.of("_bucket", "_sum", "_count", "_created"),
          "summary", Set.of("", "_sum", "_count", "_created"));
  private static final Map<String, Set<String>> PLAIN_SUFFIXES =
      Map.of(
          "counter", Set.of(""),
          "gauge", Set.of(""),
          "untyped", Set.of(""),
          "histogram", Set.of("_bucket", "_sum", "_count"),
          "summary", Set.of("", "_sum", "_count"));

  private final boolean open;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> families = new HashSet<>();
  private final Set<String> series = new HashSet<>();
  private final Map<String, Double> lastBucket = new HashMap<>();
  private @Nullable String family;
  private @Nullable String type;
  private boolean help;
  private int samples;

  private StrictExposition(boolean open) {
    this.open = open;
  }

  /** What is wrong with it; nothing if it is right. */
  static List<String> problems(String text, boolean openMetrics) {
    StrictExposition reader = new StrictExposition(openMetrics);
    String body = text;
    if (openMetrics) {
      if (!text.endsWith("# EOF\n") || text.indexOf("# EOF") != text.length() - 6) {
        reader.problems.add("it must end with one # EOF and a line feed");
      }
      body = text.replaceFirst("# EOF\n$", "");
    }
    if (!body.endsWith("\n") || body.contains("\n\n")) {
      reader.problems.add("each line ends with one line feed, and none is empty");
    }
    body.lines().forEach(reader::line);
    reader.end();
    return reader.problems;
  }

  private void line(String line) {
    Matcher meta = META.matcher(line);
    if (line.startsWith("#")) {
      if (!meta.matches()) {
        problems.add("neither HELP nor TYPE: " + line);
      } else if (meta.group(1).equals("TYPE")) {
        type(meta.group(2), meta.group(3));
      } else {
        help(meta.group(2), meta.group(3));
      }
    } else {
      sample(line);
    }
  }

  private void begin(String name) {
    if (!name.equals(family)) {
      end();
      family = name;
      type = null;
      help = false;
      samples = 0;
      if (!families.add(name)) {
        problems.add("the family " + name + " is there twice");
      }
    }
  }

  private void type(String name, String word) {
    begin(name);
    if (type != null || samples > 0) {
      problems.add("TYPE of " + name + " is late or there twice");
    }
    type = word;
    if (!suffixes().containsKey(word)) {
      problems.add("unknown type " + word + " of " + name);
    }
    if (open && (name.endsWith("_total") || name.endsWith("_info"))) {
      problems.add("a family's name has no suffix in OpenMetrics: " + name);
    }
  }

  private void help(String name, String text) {
    begin(name);
    if (help || samples > 0 || text.isBlank()) {
      problems.add("HELP of " + name + " is empty, late or there twice");
    }
    help = true;
    if (text.replaceAll(open ? "\\\\[\\\\n\"]" : "\\\\[\\\\n]", "").contains("\\")) {
      problems.add("HELP of " + name + " has a wrong escape");
    }
  }

  private void end() {
    if (family != null && (type == null || !help || samples == 0)) {
      problems.add(family + " lacks TYPE, HELP or samples");
    }
  }

  private Map<String, Set<String>> suffixes() {
    return open ? OPEN_SUFFIXES : PLAIN_SUFFIXES;
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      problems.add("no sample: " + line);
      return;
    }
    samples++;
    String name = sample.group(1);
    String labels = sample.group(2) == null ? "" : sample.group(2);
    if (family == null
        || type == null
        || !name.startsWith(family)
        || !suffixes().getOrDefault(type, Set.of()).contains(name.substring(family.length()))) {
      problems.add(name + " does not belong to " + type + " " + family);
    }
    if (!series.add(name + '{' + labels + '}')) {
      problems.add("the series is there twice: " + line);
    }
    Map<String, String> byName = labels(line, labels);
    value(line, sample.group(3));
    if (name.endsWith("_bucket") && "histogram".equals(type)) {
      bucket(line, labels, byName, Double.parseDouble(sample.group(3)));
    }
  }

  private Map<String, String> labels(String line, String labels) {
    Map<String, String> byName = new HashMap<>();
    Matcher label = LABEL.matcher(labels);
    while (label.find()) {
      if (byName.put(label.group(1), label.group(2)) != null) {
        problems.add("a label is there twice: " + line);
      }
    }
    return byName;
  }

  private void value(String line, String text) {
    double value;
    try {
      value = Double.parseDouble(text.replace("+Inf", "Infinity"));
    } catch (NumberFormatException e) {
      problems.add("no number: " + line);
      return;
    }
    if (Double.isNaN(value) || ("counter".equals(type) && value < 0)) {
      problems.add("not a value for a " + type + ": " + line);
    }
    if ("info".equals(type) && value != 1) {
      problems.add("an info is 1: " + line);
    }
  }

  private void bucket(String line, String labels, Map<String, String> byName, double count) {
    if (!byName.containsKey("le")) {
      problems.add("a bucket without le: " + line);
    }
    String of = family + labels.replaceAll(",?le=\"[^\"]*\"", "");
    if (lastBucket.getOrDefault(of, 0.0) > count) {
      problems.add("buckets are cumulative: " + line);
    }
    lastBucket.put(of, count);
  }
}
