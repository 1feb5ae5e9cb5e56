package dev.acceld.agent.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.HealthReport.Effect;
import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import dev.acceld.vendor.rule.RuleOverride;
import dev.acceld.vendor.rule.RuleOverrides;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthRulesReaderTest {
  private static final Map<String, HealthRule> KNOWN = VendorModule.rulebook().signals();

  private static RuleWishes read(String text) throws HealthRulesException {
    return HealthRulesReader.read("FILE", text, KNOWN);
  }

  @Test
  void everythingThatCanBeSaid() throws Exception {
    RuleWishes wishes =
        read(
            """
            rules:
              xid-31: {state: unhealthy, effect: NoExecute, hold: 10m}
              nvlink-down: {effect: NoSchedule}
              xid-149.netir-link-evt.38: {state: counted}
              temperature: {celsius: 85, samples: 30}
              device-lost: {effect: NoExecute}
              recovery-action-gpu-reset: {state: degraded}
              aer-fatal: {hold: 1h}
            """);
    assertThat(wishes.mistakes()).isEmpty();
    assertThat(wishes.overrides().bySignal())
        .hasSize(7)
        .containsEntry(
            "xid-31",
            new RuleOverride(
                Optional.of(Outcome.UNHEALTHY),
                Optional.of(Effect.NO_EXECUTE),
                Optional.of(Duration.ofMinutes(10)),
                Map.of()))
        .containsEntry(
            "temperature",
            new RuleOverride(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of("celsius", 85.0, "samples", 30.0)));
  }

  @Test
  void nothingIsNothing() throws Exception {
    for (String text : new String[] {"", "# only a comment\n", "rules:\n", "{}", "rules: {}"}) {
      assertThat(read(text).mistakes()).as(text).isEmpty();
      assertThat(read(text).overrides()).as(text).isEqualTo(RuleOverrides.NONE);
    }
  }

  /** Each names the thing and the remedy, and costs only itself. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          xid-3l: {state: degraded}           | 'xid-3l' is not a signal | did you mean 'xid-3
          xid-9999: {state: degraded}         | 'xid-9999' is not a signal | 'xid-other'
          nvlinkdown: {state: degraded}       | 'nvlinkdown' is not a signal | did you mean 'nvlink-down'?
          weather: {state: degraded}          | 'weather' is not a signal | daemonset/HEALTH.md
          xid-31: {stat: degraded}            | xid-31 has no field 'stat' | did you mean 'state'?
          xid-31: {samples: 3}                | xid-31 has no field 'samples' | known are state, effect, hold
          temperature: {celcius: 80}          | temperature has no field 'celcius' | did you mean 'celsius'?
          xid-31: {state: bad}                | xid-31: state is 'bad' | counted, degraded, unhealthy, unknown
          xid-31: {state: degradet}           | xid-31: state is 'degradet' | did you mean 'degraded'?
          xid-31: {effect: noexecute}         | xid-31: effect is 'noexecute' | did you mean 'NoExecute'?
          xid-31: {effect: [None]}            | xid-31: effect must be one value | one value
          xid-31: {hold: 5}                   | xid-31: hold is '5' | 500ms, 1s, 2m, 1h
          xid-31: {hold: 9999h}               | xid-31: hold is '9999h' | 720h at most
          temperature: {celsius: 20}          | temperature: celsius is '20' | from 30 to 150
          temperature: {celsius: hot}         | temperature: celsius is 'hot' | use a number
          temperature: {celsius: "nan"}       | temperature: celsius is 'nan' | use a number
          xid-31: {}                          | xid-31 has no fields | state, effect, hold
          xid-31: degraded                    | xid-31 has no fields | state, effect, hold
          xid-31:                             | xid-31 has no fields | state, effect, hold
          xid-31: {state: counted, effect: NoSchedule} | xid-31: effect contradicts | remove one
          device-lost: {effect: None}         | device-lost cannot be made schedulable | NoExecute
          device-lost: {effect: NoTaint}      | device-lost cannot be made schedulable | NoExecute
          device-lost: {state: degraded}      | device-lost cannot be made schedulable | remove the entry
          device-lost: {state: counted}       | device-lost cannot be made schedulable | remove the entry
          released: {effect: None}            | released cannot be made schedulable | remove the entry
          """)
  void aBadEntryCostsOnlyItself(String entry, String thing, String remedy) throws Exception {
    RuleWishes wishes = read("rules:\n  " + entry + "\n  xid-92: {state: counted}\n");
    assertThat(wishes.overrides().bySignal()).containsOnlyKeys("xid-92");
    assertThat(wishes.mistakes()).singleElement().asString().contains(thing).contains(remedy);
  }

  @Test
  void whatIsBesideTheRulesIsNamed() throws Exception {
    RuleWishes wishes = read("rule: {}\nrules: {xid-92: {state: counted}}\n");
    assertThat(wishes.mistakes())
        .containsExactly("'rule' is unknown; the only member of the file is 'rules'");
    assertThat(wishes.overrides().bySignal()).containsOnlyKeys("xid-92");
    assertThat(read("rules: [xid-92]").mistakes()).singleElement().asString().contains("mapping");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rules: {xid-31               | FILE, line 1
          [xid-31]                     | FILE must be a mapping; use 'rules:'
          rules: {a: {}, a: {}}        | the key 'a' occurs twice
          """)
  void aFileOfWhichNothingCanBeUsed(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(HealthRulesException.class)
        .hasMessageContaining(message);
  }
}
