package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Vendor;
import dev.acceld.health.amd.AmdHealthRules;
import dev.acceld.health.intel.IntelHealthRules;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.health.tpu.TpuHealthRules;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the tables say is what happens: each signal makes of a device what its rule has, and ends
 * with the evidence that its rule names, and with no other.
 */
class RuleTablesTest {
  @TempDir Path dir;
  private int stages;

  private RuleStage stage(Vendor vendor, HealthRules rules) {
    return new RuleStage(vendor, rules, dir.resolve("stage-" + stages++));
  }

  @Test
  void ofNvidia() throws IOException {
    check(Vendor.NVIDIA, new NvidiaHealthRules());
  }

  @Test
  void ofTpus() throws IOException {
    check(Vendor.GOOGLE, new TpuHealthRules());
  }

  @Test
  void ofAmd() throws IOException {
    check(Vendor.AMD, new AmdHealthRules());
  }

  @Test
  void ofIntelGpus() throws IOException {
    check(Vendor.INTEL, new IntelHealthRules());
  }

  private void check(Vendor vendor, HealthRules rules) throws IOException {
    assertThat(rules.table().rules()).hasSizeGreaterThan(10);
    for (HealthRule rule : rules.table().rules()) {
      try (RuleStage stage = stage(vendor, rules)) {
        says(stage, rule);
      }
      if (rule.outcome() != Outcome.COUNTED) {
        ends(vendor, rules, rule);
      }
    }
  }

  private static void says(RuleStage stage, HealthRule rule) {
    stage.raise(rule.signal());
    if (rule.outcome() == Outcome.COUNTED) {
      assertThat(stage.report().state()).as(rule.signal()).isEqualTo(State.HEALTHY);
      return;
    }
    assertThat(stage.report().state()).as(rule.signal()).isEqualTo(rule.outcome().state());
    assertThat(stage.report().reasons()).as(rule.signal()).hasSize(1);
    Reason reason = stage.report().reasons().getFirst();
    assertThat(reason.effect()).as(rule.signal()).isEqualTo(rule.effect());
    assertThat(reason.action()).as(rule.signal()).isEqualTo(rule.action());
    assertThat(reason.ends()).as(rule.signal()).isEqualTo(rule.endsWhen());
    if (rule.signal().startsWith(RuleStage.EVENT)) {
      assertThat(reason.signal()).isEqualTo(RuleStage.EVENT + "GPU-RAS-0x0001");
    } else if (!rule.signal().contains(".") && !rule.signal().equals("xid-other")) {
      assertThat(reason.signal()).isEqualTo(rule.signal());
    }
  }

  private void ends(Vendor vendor, HealthRules rules, HealthRule rule) throws IOException {
    Set<Evidence> ending = EnumSet.noneOf(Evidence.class);
    for (Evidence evidence : EnumSet.complementOf(EnumSet.of(Evidence.REBOOT))) {
      try (RuleStage stage = stage(vendor, rules)) {
        stage.raise(rule.signal());
        stage.clock.seconds(1);
        stage.see(evidence, rule.signal());
        if (stage.report().reasons().isEmpty()) {
          ending.add(evidence);
        }
      }
    }
    Set<Evidence> named = EnumSet.copyOf(rule.ends());
    named.remove(Evidence.REBOOT); // ends everything that is not seen again
    assertThat(ending).as(rule.signal()).isEqualTo(named);
  }

  /** A fault of one moment says nothing when it is over, so that there must be other evidence. */
  @Test
  void everyRuleHasAnEndAndASource() {
    for (HealthRules rules :
        new HealthRules[] {
          new NvidiaHealthRules(),
          new TpuHealthRules(),
          new AmdHealthRules(),
          new IntelHealthRules()
        }) {
      for (HealthRule rule : rules.table().rules()) {
        assertThat(rule.signal()).matches("[a-z0-9]+(?:[.-][a-z0-9]+)*");
        assertThat(rule.endsWhen()).as(rule.signal()).matches("[ -~]{5,300}");
        assertThat(rule.meaning()).as(rule.signal()).matches("[ -~]{3,160}");
        assertThat(rule.source()).as(rule.signal()).isNotBlank();
        if (rule.signal().matches("(xid|aer|ras|intel|operational-event)-.*")) {
          assertThat(rule.ends()).as(rule.signal()).contains(Evidence.REBOOT, Evidence.REPAIRED);
        }
      }
    }
  }
}
