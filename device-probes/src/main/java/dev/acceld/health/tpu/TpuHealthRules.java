package dev.acceld.health.tpu;

import dev.acceld.vendor.FaultClass;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import java.util.List;
import java.util.Set;

/**
 * Faults of TPU chips. They have no numbers of Google's that the host could read; what counts is
 * what the kernel reports of their PCIe functions.
 */
public final class TpuHealthRules implements HealthRules {
  /** The reason of faults that Advanced Error Reporting tells of. */
  public static final String AER = "aer";

  /** A fatal error: the link to the chip is not reliable until it is reset. */
  public static final FaultCode FATAL = new FaultCode(AER, "fatal");

  /** For the vendor's module. */
  public TpuHealthRules() {}

  @Override
  public Set<String> reasons() {
    return Set.of(AER);
  }

  @Override
  public FaultEntry fault(FaultCode code) {
    return code.equals(FATAL)
        ? new FaultEntry(
            code,
            "fatal PCIe error (AER)",
            "the link to the chip is not reliable until a reset",
            FaultClass.RESET,
            "if it recurs, reboot the node; then have slot, riser and chip checked",
            Set.of())
        : HealthRules.super.fault(code);
  }

  @Override
  public List<FaultCode> grave() {
    return List.of(FATAL);
  }
}
