package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.Recovery;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** NVIDIA's XIDs and recovery actions. */
public final class NvidiaHealthRules implements HealthRules {
  /** The reason of faults that are XIDs. */
  public static final String XID = "xid";

  /** NVIDIA's workflow 48: a double-bit error that these accompany is as bad as they are. */
  private static final Set<FaultCode> MEMORY_ERROR = Set.of(xid(48), xid(171), xid(172));

  private static final Set<FaultCode> MILDER = Set.of(xid(63), xid(94));

  /** For the vendor's module. */
  public NvidiaHealthRules() {}

  /** The fault that is that XID. */
  public static FaultCode xid(long number) {
    return new FaultCode(XID, Long.toString(number));
  }

  @Override
  public Set<String> reasons() {
    return Set.of(XID);
  }

  @Override
  public FaultEntry fault(FaultCode code) {
    XidCatalogue.Entry entry = XidCatalogue.entry(Long.parseLong(code.value()));
    return new FaultEntry(
        code,
        "XID " + code.value(),
        entry.meaning(),
        entry.kind(),
        entry.followUp().describe(),
        MILDER.contains(code) ? MEMORY_ERROR : Set.of());
  }

  @Override
  public List<FaultCode> grave() {
    return XidCatalogue.grave().stream().map(NvidiaHealthRules::xid).toList();
  }

  @Override
  public Optional<Recovery> recovery(int number) {
    return number == 0 ? Optional.empty() : Optional.of(RecoveryActions.of(number));
  }

  /** NVML's GPU_IS_LOST ends with a reboot only. */
  @Override
  public Action whenLost() {
    return Action.REBOOT;
  }
}
