package dev.acceld.agent.health;

import dev.acceld.vendor.rule.RuleOverrides;
import java.util.List;

/**
 * What a file of health rules says.
 *
 * @param overrides its good entries
 * @param mistakes a sentence for each entry that cannot be used, with the remedy
 */
public record RuleWishes(RuleOverrides overrides, List<String> mistakes) {

  /** Takes a copy. */
  public RuleWishes {
    mistakes = List.copyOf(mistakes);
  }

  /** How many rules it changes. */
  String summary() {
    int n = overrides.bySignal().size();
    return n + (n == 1 ? " health rule is" : " health rules are") + " overridden";
  }
}
