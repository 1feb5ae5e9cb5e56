package dev.acceld.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.HealthRulebook;
import dev.acceld.vendor.rule.HealthRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.provider.MethodSource;

/** An operator's file of health rules. */
class HealthRulesFuzz {
  private static final HealthRulebook RULES = VendorModule.rulebook();
  private static final Map<String, HealthRule> KNOWN = RULES.signals();

  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        rules:
          xid-31: {state: unhealthy, effect: NoExecute, hold: 10m}
          temperature: {celsius: 85, samples: 30}
          device-lost: {effect: NoSchedule}
        """,
        "rules: {xid-31: {hold: 9m, state: !!int 0b_}}",
        "rules: {temperature: {celsius: .nan}}",
        "rules: {temperature: {samples: 1e999}, aer-fatal: &a {hold: *a}}",
        "rules: [a]\nrules: b",
        "? {a: b}\n: c");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    try {
      RuleWishes wishes = HealthRulesReader.read("FILE", Inputs.text(bytes), KNOWN);
      assertThat(KNOWN.keySet()).containsAll(wishes.overrides().bySignal().keySet());
      assertThat(wishes.mistakes()).allSatisfy(text -> assertThat(text).isNotBlank());
      assertThat(RULES.with(wishes.overrides()).signals())
          .hasEntrySatisfying("device-lost", lost -> assertThat(lost.schedulable()).isFalse());
    } catch (HealthRulesException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
