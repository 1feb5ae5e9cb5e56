package dev.acceld.health.tpu;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import dev.acceld.vendor.rule.RuleTable;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Faults of TPU chips. They have no numbers of Google's that the host could read; what counts is
 * what the kernel reports of their PCIe functions.
 */
public final class TpuHealthRules implements HealthRules {
  /** The reason of faults that Advanced Error Reporting tells of. */
  public static final String AER = "aer";

  /** A fatal error: the link to the chip is not reliable until it is reset. */
  public static final FaultCode FATAL = new FaultCode(AER, "fatal");

  private static final HealthRule FATAL_ERROR =
      HealthRule.of(
              FATAL.id(),
              "the link to the chip is not reliable until a reset",
              Outcome.UNHEALTHY,
              Action.RESET,
              Set.of(Evidence.RESET, Evidence.QUIET, Evidence.REBOOT, Evidence.REPAIRED))
          .endsWhen("--tpu-pcie-error-hold (24 h) has passed without another")
          .orElse("if it recurs, reboot the node; then have slot, riser and chip checked")
          .from("Linux: sysfs-bus-pci-devices-aer_stats");

  private static final RuleTable TABLE =
      new RuleTable(
          Stream.of(
                  CommonRules.PRESENCE,
                  List.of(FATAL_ERROR),
                  CommonRules.PCIE,
                  CommonRules.WORKLOAD,
                  CommonRules.PROCESSES)
              .flatMap(List::stream)
              .toList());

  /** For the vendor's module. */
  public TpuHealthRules() {}

  @Override
  public RuleTable table() {
    return TABLE;
  }

  @Override
  public Set<String> reasons() {
    return Set.of(AER);
  }

  @Override
  public FaultEntry fault(FaultCode code) {
    return code.common().equals(FATAL)
        ? new FaultEntry(code, "fatal PCIe error (AER)", FATAL_ERROR, Set.of())
        : HealthRules.super.fault(code);
  }

  @Override
  public List<FaultCode> grave() {
    return List.of(FATAL);
  }
}
