package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.health.amd.AmdHealthRules;
import dev.acceld.health.intel.IntelHealthRules;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.health.tpu.TpuHealthRules;
import dev.acceld.probe.DefectKind;
import dev.acceld.vendor.rule.HealthRule;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesOfDefectsTest {
  private static final Map<DefectKind, HealthRule> RULES = new EnumMap<>(DefectKind.class);

  static {
    for (DefectKind kind : DefectKind.values()) {
      List.of(
              new NvidiaHealthRules(),
              new TpuHealthRules(),
              new AmdHealthRules(),
              new IntelHealthRules())
          .stream()
          .map(rules -> rules.table().find(kind.signal()))
          .flatMap(Optional::stream)
          .findFirst()
          .ifPresent(rule -> RULES.put(kind, rule));
    }
  }

  @Test
  void everyKindHasARuleInTheTableOfAVendor() {
    assertThat(RULES).containsOnlyKeys(DefectKind.values());
  }

  /** What comes and goes as a program likes must not have slices written at will. */
  @Test
  void whatAProgramCausesIsNoTaint() {
    Set<DefectKind> untainted = EnumSet.noneOf(DefectKind.class);
    RULES.forEach((kind, rule) -> {
      if (rule.effect() == Effect.NO_TAINT) {
        untainted.add(kind);
      }
    });
    assertThat(untainted)
        .containsExactlyInAnyOrder(
            DefectKind.RUNTIME_ERROR,
            DefectKind.THERMAL_SLOWDOWN,
            DefectKind.TEMPERATURE,
            DefectKind.MEMORY_TEMPERATURE);
    RULES.forEach((kind, rule) -> {
      if (rule.action() == Action.RESTART_APP) {
        assertThat(rule.effect()).as(kind.signal()).isEqualTo(Effect.NO_TAINT);
      }
    });
  }
}
