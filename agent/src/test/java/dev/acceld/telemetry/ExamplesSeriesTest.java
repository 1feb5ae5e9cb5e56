package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Queries in examples and on pages ask for series and labels that are served. A query for another
 * name is no error to Prometheus: it finds nothing, and an autoscaler stands still.
 */
class ExamplesSeriesTest {
  private static final Path DAEMONSET = Path.of("../daemonset");

  /** A name with what may follow it: alternatives in a regular expression, and matchers. */
  private static final Pattern QUERY =
      Pattern.compile("(?<![\\w:.])(acceld_\\w+)(\\([\\w|]+\\)\\w*)?(\\{[^}]*})?");

  private static final Pattern MATCHER =
      Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*(?:[\"']|%q)");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|on|group_left|group_right) \\(([\\w, ]*)\\)");

  /** How prometheus-adapter makes another name: no query. */
  private static final Pattern RENAMING = Pattern.compile("(?m)^ *matches: .*$");

  private static final Pattern HPA_METRIC = Pattern.compile("name: (accelerator_\\w+)");

  /** What Prometheus adds: the chart's monitors add the node. */
  private static final Set<String> ADDED = Set.of("node", "instance", "job", "__name__");

  private static List<Path> examples() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String directory : List.of("examples/autoscaling")) {
      try (Stream<Path> all = Files.list(DAEMONSET.resolve(directory))) {
        all.filter(f -> f.toString().endsWith(".yaml")).forEach(files::add);
      }
    }
    return files;
  }

  private static Set<String> names(Matcher query) {
    Set<String> names = new TreeSet<>();
    String choice = query.group(2);
    if (choice == null) {
      names.add(query.group(1));
    } else {
      int end = choice.indexOf(')');
      for (String word : choice.substring(1, end).split("\\|", -1)) {
        names.add(query.group(1) + word + choice.substring(end + 1));
      }
    }
    return names;
  }

  /** Fails for a series or a label that is not served; how many series the text names. */
  static int check(Path file, String text, Map<String, Set<String>> served) {
    Matcher query = QUERY.matcher(RENAMING.matcher(text).replaceAll(""));
    Set<String> any = new HashSet<>(ADDED);
    int found = 0;
    while (query.find()) {
      for (String name : names(query)) {
        found++;
        assertThat(served.containsKey(name)).as("%s: %s is served", file, name).isTrue();
        any.addAll(served.getOrDefault(name, Set.of()));
        if (query.group(3) != null) {
          Matcher matcher = MATCHER.matcher(query.group(3));
          while (matcher.find()) {
            assertThat(
                    ADDED.contains(matcher.group(1))
                        || served.getOrDefault(name, Set.of()).contains(matcher.group(1)))
                .as("%s: %s has the label %s", file, name, matcher.group(1))
                .isTrue();
          }
        }
      }
    }
    Matcher grouping = GROUPING.matcher(text);
    while (grouping.find()) {
      if (!grouping.group(1).isBlank()) {
        assertThat(any)
            .as("%s: %s", file, grouping.group())
            .containsAll(Arrays.asList(grouping.group(1).split(", *")));
      }
    }
    return found;
  }

  @Test
  void examplesAskForSeriesAndLabelsThatAreServed() throws IOException {
    Map<String, Set<String>> served = ServedSeries.all();
    int found = 0;
    for (Path file : examples()) {
      found += check(file, Files.readString(file), served);
    }
    assertThat(found).isGreaterThan(4);
  }

  @Test
  void soDoTheQueriesOfTheMetricsPage() throws IOException {
    StringBuilder code = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("METRICS.md"))) {
      if (line.startsWith("    ")) {
        code.append(line).append('\n');
      }
    }
    assertThat(check(Path.of("METRICS.md"), code.toString(), ServedSeries.all())).isGreaterThan(4);
  }

  /** prometheus-adapter.yaml takes {@code acceld_pod_} off. */
  @Test
  void autoscalersAskForMetricsThatTheAdapterOffers() throws IOException {
    String adapter =
        Files.readString(DAEMONSET.resolve("examples/autoscaling/prometheus-adapter.yaml"));
    Set<String> offered = new HashSet<>();
    Matcher query = QUERY.matcher(adapter);
    while (query.find()) {
      names(query).forEach(name -> offered.add(name.replace("acceld_pod_", "")));
    }
    int asked = 0;
    for (Path file : examples()) {
      Matcher metric = HPA_METRIC.matcher(Files.readString(file));
      while (metric.find()) {
        asked++;
        assertThat(offered).as("%s", file).contains(metric.group(1));
      }
    }
    assertThat(asked).isGreaterThan(3);
  }

  @Test
  void aNameOrLabelThatIsNotServedIsFound() throws IOException {
    Map<String, Set<String>> served = ServedSeries.all();
    for (String wrong :
        List.of(
            "acceld_pod_accelerator_busy",
            "acceld_pod_accelerator_busy_ratio{container=\"x\"}",
            "avg by (deployment) (acceld_pod_accelerator_busy_ratio)",
            "{__name__=~\"acceld_pod_accelerator_(busy|used)_ratio\"}",
            "acceld_claims_prepared{pod=%q}",
            "acceld_pod_startup_seconds_bucket{reason=\"x\"}")) {
      assertThat(catches(wrong, served)).as(wrong).isTrue();
    }
    assertThat(catches("avg by (pod) (acceld_pod_accelerator_busy_ratio{pod=~\"x.*\"})", served))
        .isFalse();
  }

  private static boolean catches(String query, Map<String, Set<String>> served) {
    try {
      check(Path.of("a-query"), query, served);
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }
}
