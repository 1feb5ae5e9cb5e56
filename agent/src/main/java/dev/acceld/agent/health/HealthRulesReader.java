package dev.acceld.agent.health;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.acceld.machine.description.Suggestions;
import dev.acceld.machine.description.YamlProblem;
import dev.acceld.text.ErrorText;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.RuleOverride;
import dev.acceld.vendor.rule.RuleOverrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a file of health rules: a mapping {@code rules} from signals to what is wanted of them. */
public final class HealthRulesReader {
  private static final long MOST_BYTES = 1 << 20;
  private static final String RULES = "rules";

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

  private HealthRulesReader() {}

  /**
   * Reads it; may block on a disk. An entry that cannot be used costs only itself.
   *
   * @param known the rules that there are, by signal
   * @throws HealthRulesException when nothing of it can be used
   */
  public static RuleWishes read(Path file, Map<String, HealthRule> known)
      throws HealthRulesException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new HealthRulesException(name(file) + " is larger than 1 MiB");
      }
      return read(name(file), Files.readString(file), known);
    } catch (IOException e) {
      throw new HealthRulesException(name(file) + " cannot be read: " + ErrorText.of(e));
    }
  }

  private static String name(Path file) {
    return "health rules file " + file;
  }

  /** Of a file's text. */
  static RuleWishes read(String name, String text, Map<String, HealthRule> known)
      throws HealthRulesException {
    JsonNode top;
    try {
      top = YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new HealthRulesException(name + YamlProblem.place(e) + ": " + YamlProblem.describe(e));
    }
    if (top == null || top.isMissingNode() || top.isNull()) {
      return new RuleWishes(RuleOverrides.NONE, List.of());
    }
    if (!top.isObject()) {
      throw new HealthRulesException(
          name + " must be a mapping; use 'rules:' and below it 'SIGNAL: {effect: NoSchedule}'");
    }
    List<String> mistakes = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : top.properties()) {
      if (!member.getKey().equals(RULES)) {
        mistakes.add(
            "'" + member.getKey() + "' is unknown; the only member of the file is 'rules'");
      }
    }
    return entries(top.path(RULES), known, mistakes);
  }

  private static RuleWishes entries(
      JsonNode rules, Map<String, HealthRule> known, List<String> mistakes) {
    if (!rules.isMissingNode() && !rules.isNull() && !rules.isObject()) {
      mistakes.add("'rules' must be a mapping from signals, such as 'xid-31: {state: degraded}'");
    }
    Map<String, RuleOverride> wishes = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : rules.properties()) {
      try {
        HealthRule rule = known.get(entry.getKey());
        if (rule == null) {
          throw new WrongEntryException(
              "'" + entry.getKey() + "' is not a signal" + near(entry.getKey(), known));
        }
        wishes.put(entry.getKey(), RuleEntry.read(rule, entry.getValue()));
      } catch (WrongEntryException e) {
        mistakes.add(String.valueOf(e.getMessage()));
      }
    }
    return new RuleWishes(new RuleOverrides(wishes), mistakes);
  }

  /** There are too many signals to list them. */
  private static String near(String word, Map<String, HealthRule> known) {
    List<String> signals = known.keySet().stream().sorted().toList();
    return Suggestions.to(word, signals)
            .map(signal -> "; did you mean '" + signal + "'?")
            .orElse("; daemonset/HEALTH.md lists them all")
        + (word.startsWith("xid-") ? " XIDs that it does not list are 'xid-other'" : "");
  }
}
