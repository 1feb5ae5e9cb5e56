package dev.acceld.health.amd;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.AerFaults;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import dev.acceld.vendor.rule.RuleTable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Faults of AMD's GPUs: uncorrectable errors by block, and what the driver and the kernel say of
 * memory pages, temperature and PCIe.
 */
public final class AmdHealthRules implements HealthRules {
  private static final RuleTable TABLE =
      new RuleTable(
          Stream.of(
                  CommonRules.PRESENCE,
                  Arrays.stream(RasBlock.values()).map(AmdHealthRules::uncorrectable).toList(),
                  AmdDefects.MEMORY,
                  List.of(AerFaults.FATAL_RULE),
                  CommonRules.PCIE,
                  AmdDefects.HEAT,
                  CommonRules.PROCESSES)
              .flatMap(List::stream)
              .toList());

  /** For the vendor's module. */
  public AmdHealthRules() {}

  private static HealthRule uncorrectable(RasBlock block) {
    return HealthRule.of(
            block.fault().id(),
            "uncorrectable error in the " + block.part() + " (" + block.driverName() + ")",
            Outcome.UNHEALTHY,
            Action.RESET,
            Set.of(Evidence.RESET, Evidence.REBOOT, Evidence.REPAIRED))
        .orElse("if it recurs, have the GPU replaced")
        .from("amdgpu: ras/" + block.driverName() + "_err_count");
  }

  @Override
  public RuleTable table() {
    return TABLE;
  }

  @Override
  public Set<String> reasons() {
    return Set.of(RasBlock.REASON, AerFaults.REASON);
  }

  @Override
  public FaultEntry fault(FaultCode code) {
    return code.reason().equals(RasBlock.REASON)
        ? new FaultEntry(
            code, "RAS " + code.value().toUpperCase(Locale.ROOT), rule(code.id()), Set.of())
        : HealthRules.super.fault(code);
  }

  @Override
  public List<FaultCode> grave() {
    return Stream.concat(
            Arrays.stream(RasBlock.values()).map(RasBlock::fault), Stream.of(AerFaults.FATAL))
        .toList();
  }
}
