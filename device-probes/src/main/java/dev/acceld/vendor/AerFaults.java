package dev.acceld.vendor;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.util.Set;

/**
 * Faults that PCIe Advanced Error Reporting tells of, the same for every vendor whose link the
 * kernel watches.
 */
public final class AerFaults {
  /** Their {@link FaultCode#reason}. */
  public static final String REASON = "aer";

  /** A fatal error: the link to the device is not reliable until it is reset. */
  public static final FaultCode FATAL = new FaultCode(REASON, "fatal");

  /** The rule of {@link #FATAL}. */
  public static final HealthRule FATAL_RULE =
      HealthRule.of(
              FATAL.id(),
              "the link to the device is not reliable until a reset",
              Outcome.UNHEALTHY,
              Action.RESET,
              Set.of(Evidence.RESET, Evidence.QUIET, Evidence.REBOOT, Evidence.REPAIRED))
          .endsWhen("24 h (for TPUs: --tpu-pcie-error-hold) have passed without another")
          .orElse("if it recurs, reboot the node; then have slot, riser and device checked")
          .from("Linux: sysfs-bus-pci-devices-aer_stats");

  private AerFaults() {}

  /** What the fault means. */
  public static FaultEntry entry(FaultCode code) {
    return new FaultEntry(code, "fatal PCIe error (AER)", FATAL_RULE, Set.of());
  }
}
