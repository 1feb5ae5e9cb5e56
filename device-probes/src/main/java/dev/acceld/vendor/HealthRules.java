package dev.acceld.vendor;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import dev.acceld.vendor.rule.RuleTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the faults of a vendor's devices: one table of rules, which is evaluated and
 * from which the documentation is generated. Answers from memory, any thread.
 */
public interface HealthRules {
  /** Nothing is known: any fault degrades a device, no more. */
  HealthRules NONE = new HealthRules() {};

  /** Every rule for this vendor's devices, in the order in which they are documented. */
  default RuleTable table() {
    return CommonRules.all();
  }

  /** The rule for that signal; one that no table has degrades the device, no more. */
  default HealthRule rule(String signal) {
    return table()
        .find(signal)
        .or(() -> CommonRules.all().find(signal))
        .orElseGet(() ->
            HealthRule.standing(
                signal,
                "an error unknown to acceld",
                Outcome.DEGRADED,
                Action.INVESTIGATE,
                "the device no longer reports it"));
  }

  /** The {@link FaultCode#reason} of the faults that it numbers. */
  default Set<String> reasons() {
    return Set.of();
  }

  /** Those of {@link #reasons} that are heard only where a setting asks for it. */
  default Set<String> reasonsOnRequest() {
    return Set.of();
  }

  /**
   * What a fault means. Those of PCIe are known for every vendor; one that nobody has documented
   * degrades the device, no more. A sub-code without a rule of its own means what the fault means
   * without it.
   */
  default FaultEntry fault(FaultCode code) {
    if (code.common().equals(AerFaults.FATAL)) {
      return AerFaults.entry(code);
    }
    return new FaultEntry(
        code,
        code.id(),
        HealthRule.of(
            code.id(),
            "an error unknown to acceld",
            Outcome.DEGRADED,
            Action.NONE,
            Set.of(Evidence.RESET, Evidence.REBOOT, Evidence.REPAIRED)),
        Set.of());
  }

  /**
   * The faults after which a device is taken away or has to be replaced: counted from 0 on, so that
   * the first is seen as an increase.
   */
  default List<FaultCode> grave() {
    return List.of();
  }

  /**
   * What the driver asks for, by the number that {@link dev.acceld.device.Metric#RECOVERY_ACTION}
   * holds; empty for 0. Its rule has the signal {@code recovery-action-<id>}.
   */
  default Optional<Recovery> recovery(int number) {
    return Optional.empty();
  }
}
