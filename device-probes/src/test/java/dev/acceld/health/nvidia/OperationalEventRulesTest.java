package dev.acceld.health.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationalEventRulesTest {
  private static final NvidiaHealthRules RULES = new NvidiaHealthRules();

  private static FaultEntry entry(OperationalEventKind kind, long category) {
    return RULES.fault(OperationalEventRules.event("GPU-RAS", 0x17, kind, category));
  }

  @ParameterizedTest
  @CsvSource({
    "0, INFORMATIONAL",
    "10, INFORMATIONAL",
    "19, INFORMATIONAL",
    "20, CORRECTED",
    "29, CORRECTED",
    "30, RECOVERABLE",
    "39, RECOVERABLE",
    "40, FATAL",
    "4294967295, FATAL"
  })
  void aSeverityWithoutANameCountsAsTheNextLowerOne(long severity, OperationalEventKind kind) {
    assertThat(OperationalEventKind.ofSeverity(severity)).isEqualTo(kind);
  }

  @Test
  void theSeverityDecidesAndTheCategoryAdvises() {
    FaultEntry fatal = entry(OperationalEventKind.FATAL, 2);
    assertThat(fatal.rule().outcome()).isEqualTo(Outcome.UNHEALTHY);
    assertThat(fatal.rule().effect()).isEqualTo(Effect.NO_SCHEDULE);
    assertThat(fatal.rule().action()).isEqualTo(Action.RESET);
    assertThat(fatal.rule().ends())
        .containsExactlyInAnyOrder(
            Evidence.RESET, Evidence.DRIVER_CONTENT, Evidence.REBOOT, Evidence.REPAIRED);
    assertThat(fatal.describe())
        .isEqualTo("GPU operational event GPU-RAS-0x0017: a fatal error: memory integrity");
    assertThat(fatal.rule().signal()).isEqualTo("operational-event-fatal-memory-integrity-error");

    FaultEntry link = entry(OperationalEventKind.RECOVERABLE, 3);
    assertThat(link.rule().outcome()).isEqualTo(Outcome.DEGRADED);
    assertThat(link.rule().schedulable()).isTrue();
    assertThat(link.rule().followUp()).contains("NVLinks");
    assertThat(link.rule().endsWith(Evidence.DRIVER_CONTENT)).isFalse();
  }

  @Test
  void aCategoryThatIsNotKnownSaysNothingMore() {
    assertThat(entry(OperationalEventKind.FATAL, 4711).rule().signal())
        .isEqualTo("operational-event-fatal");
    assertThat(entry(OperationalEventKind.RECOVERABLE, 0).rule().signal())
        .isEqualTo("operational-event-recoverable");
  }

  @Test
  void theRestIsOnlyCounted() {
    List<String> counted = new ArrayList<>();
    for (HealthRule rule : OperationalEventRules.rules()) {
      if (rule.outcome() == Outcome.COUNTED) {
        counted.add(rule.signal().substring("operational-event-".length()));
      }
    }
    assertThat(counted)
        .containsExactly("corrected", "informational", "recovered", "previous", "overflow");
    assertThat(RULES.fault(OperationalEventRules.overflow()).rule().outcome())
        .isEqualTo(Outcome.COUNTED);
    assertThat(entry(OperationalEventKind.CORRECTED, 2).rule().signal())
        .isEqualTo("operational-event-corrected");
  }

  @Test
  void aRecordWithoutSeverityIsOfSomethingGrave() {
    FaultCode code = OperationalEventRules.event("GPU-RAS", 1, OperationalEventKind.FATAL, 2);
    assertThat(RULES.fault(code.common()).rule().signal()).isEqualTo("operational-event-other");
    assertThat(RULES.fault(code.common()).rule().outcome()).isEqualTo(Outcome.UNHEALTHY);
    FaultCode toCome = new FaultCode(code.reason(), code.value(), "abysmal.flux");
    assertThat(RULES.fault(toCome).rule().signal()).isEqualTo("operational-event-other");
  }

  @Test
  void itsIdCanBeReadAgain() {
    FaultCode code = OperationalEventRules.event("GPU-BUS", 3, OperationalEventKind.FATAL, 3);
    assertThat(code.id()).isEqualTo("operational-event-GPU-BUS-0x0003");
    assertThat(FaultCode.ofId(code.id())).contains(code.common());
  }

  @Test
  void whatIsTooMuchToTellApartKeepsItsSeverity() {
    for (OperationalEventKind kind : OperationalEventKind.values()) {
      FaultCode more = OperationalEventRules.more(kind);
      assertThat(more.id()).isEqualTo("operational-event-MORE");
      assertThat(RULES.fault(more).rule().outcome()).isEqualTo(kind.outcome());
    }
  }

  @Test
  void theyAreHeardOnRequestOnly() {
    assertThat(RULES.reasons()).containsAll(RULES.reasonsOnRequest());
    assertThat(RULES.reasonsOnRequest()).containsExactly("operational-event");
  }
}
