package dev.acceld.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.health.HealthRulesReader;
import dev.acceld.agent.health.RuleWishes;
import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.RuleTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tables in {@code daemonset/HEALTH.md} are those that the agent evaluates. To write them anew:
 * {@code -Dgolden.write=true}.
 */
class HealthPageTest {
  private static final Path PAGE = Path.of("../daemonset/HEALTH.md");
  private static final Pattern GENERATED =
      Pattern.compile("(<!-- generated: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL);

  private static Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>();
    for (VendorModule module : VendorModule.all()) {
      RuleTable rules = module.health().table();
      String vendor = module.vendor().id();
      tables.put(
          vendor + "-state",
          RulePage.table(rules, r -> !RulePage.isFault(r) && !RulePage.isCause(r)));
      tables.put(vendor + "-faults", RulePage.table(rules, RulePage::isFault));
      if (rules.rules().stream().anyMatch(RulePage::isCause)) {
        tables.put(vendor + "-causes", RulePage.table(rules, RulePage::isCause));
      }
    }
    tables.put("evidence", RulePage.evidence());
    Map<String, HealthRule> bySignal = new LinkedHashMap<>();
    VendorModule.all().stream()
        .flatMap(module -> module.health().table().rules().stream())
        .forEach(rule -> bySignal.putIfAbsent(rule.signal(), rule));
    tables.put("limits", RulePage.limits(bySignal.values()));
    return tables;
  }

  @Test
  void thePageHasTheTablesThatAreEvaluated() throws IOException {
    Map<String, String> tables = tables();
    String page = Files.readString(PAGE);
    String wanted =
        GENERATED
            .matcher(page)
            .replaceAll(m ->
                Matcher.quoteReplacement(
                    m.group(1) + tables.getOrDefault(m.group(2), "no such table\n") + m.group(4)));
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(PAGE, wanted);
    }
    assertThat(Files.readString(PAGE).lines().toList()).isEqualTo(wanted.lines().toList());
    assertThat(GENERATED.matcher(page).results().map(m -> m.group(2)).toList())
        .containsExactlyInAnyOrderElementsOf(tables.keySet());
  }

  @Test
  void everySignalIsOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    List<String> missing =
        VendorModule.rulebook().signals().values().stream()
            .map(HealthRule::signal)
            .filter(signal -> !page.contains("`" + signal + "`"))
            .filter(signal -> !inRange(page, signal))
            .collect(Collectors.toList());
    assertThat(missing).isEmpty();
  }

  private static boolean inRange(String page, String signal) {
    Matcher number = Pattern.compile("(.*-)(\\d+)").matcher(signal);
    return number.matches()
        && Pattern.compile("`" + number.group(1) + "(\\d+)` to `" + number.group(1) + "(\\d+)`")
            .matcher(page)
            .results()
            .anyMatch(range ->
                Integer.parseInt(range.group(1)) < Integer.parseInt(number.group(2))
                    && Integer.parseInt(number.group(2)) < Integer.parseInt(range.group(2)));
  }

  @Test
  void theExampleCanBeUsed(@TempDir Path dir) throws Exception {
    Matcher example =
        Pattern.compile("\n((?:    .*\n)*    rules:\n(?:    .*\n)+)")
            .matcher(Files.readString(PAGE));
    assertThat(example.find()).isTrue();
    Path file = Files.writeString(dir.resolve("rules.yaml"), example.group(1).stripIndent());
    RuleWishes wishes = HealthRulesReader.read(file, VendorModule.rulebook().signals());
    assertThat(wishes.mistakes()).isEmpty();
    assertThat(wishes.overrides().bySignal()).hasSizeGreaterThan(3);
  }
}
