package dev.acceld.health.tpu;

import dev.acceld.vendor.AerFaults;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.RuleTable;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Faults of TPU chips. They have no numbers of Google's that the host could read; what counts is
 * what the kernel reports of their PCIe functions.
 */
public final class TpuHealthRules implements HealthRules {
  private static final RuleTable TABLE =
      new RuleTable(
          Stream.of(
                  CommonRules.PRESENCE,
                  List.of(AerFaults.FATAL_RULE),
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
    return Set.of(AerFaults.REASON);
  }

  @Override
  public List<FaultCode> grave() {
    return List.of(AerFaults.FATAL);
  }
}
