package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.AerFaults;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.Recovery;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.RuleTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * NVIDIA's XIDs, operational events, recovery actions, what its GPUs say of themselves, and what
 * the kernel says of their PCIe errors.
 */
public final class NvidiaHealthRules implements HealthRules {
  /** The reason of faults that are XIDs. */
  public static final String XID = "xid";

  static final String INFOROM = "inforom";

  /** The reason of a GPU whose self-test before its first use has failed. */
  public static final String SELF_TEST_FAILED = "self-test-failed";

  /** What the self-test of the infoROM finds. */
  public static final FaultCode CORRUPTED_INFOROM = new FaultCode(SELF_TEST_FAILED, INFOROM);

  /** The signal of XIDs that the catalogue does not have. */
  public static final String OTHER_XID = "xid-other";

  /** NVIDIA's workflow 48: a double-bit error that these accompany is as bad as they are. */
  private static final Set<FaultCode> MEMORY_ERROR = Set.of(xid(48), xid(171), xid(172));

  private static final Set<FaultCode> MILDER = Set.of(xid(63), xid(94));

  private static final RuleTable TABLE =
      new RuleTable(
          Stream.of(
                  presence(),
                  RecoveryActions.rules(),
                  XidCatalogue.rules(),
                  NvLink5Catalogue.rules(),
                  OperationalEventRules.rules(),
                  NvidiaDefects.MEMORY,
                  NvidiaDefects.LINKS,
                  NvidiaDefects.SELF_TESTS,
                  List.of(AerFaults.FATAL_RULE),
                  CommonRules.PCIE_ERRORS,
                  CommonRules.HEAT,
                  CommonRules.PROCESSES)
              .flatMap(List::stream)
              .toList());

  /** For the vendor's module. */
  public NvidiaHealthRules() {}

  /** NVML's GPU_IS_LOST ends with a reboot only. */
  private static List<HealthRule> presence() {
    return CommonRules.PRESENCE.stream()
        .map(rule ->
            rule.signal().equals(CommonRules.LOST)
                ? rule.with(Action.REBOOT).from("nvml.h: NVML_ERROR_GPU_IS_LOST")
                : rule)
        .toList();
  }

  /** The fault that is that XID. */
  public static FaultCode xid(long number) {
    return new FaultCode(XID, Long.toString(number));
  }

  /**
   * The fault that is one of the XIDs 144 to 150, with its cause as the kernel's log tells it.
   *
   * @param unit as the driver writes it, {@code RLW_REMAP}
   * @param subCode bits 20 to 25 of the interrupt information, the first word
   * @param status the error status, the second word
   */
  public static FaultCode nvlink5(long xid, String unit, int subCode, long status) {
    return NvLink5Catalogue.code(xid, unit, subCode, status);
  }

  @Override
  public RuleTable table() {
    return TABLE;
  }

  @Override
  public Set<String> reasons() {
    return Set.of(XID, SELF_TEST_FAILED, OperationalEventRules.REASON, AerFaults.REASON);
  }

  @Override
  public Set<String> reasonsOnRequest() {
    return Set.of(OperationalEventRules.REASON);
  }

  @Override
  public FaultEntry fault(FaultCode code) {
    if (code.reason().equals(SELF_TEST_FAILED)) {
      return new FaultEntry(code, "self-test failed", rule(code.id()), Set.of());
    }
    if (code.reason().equals(OperationalEventRules.REASON)) {
      return OperationalEventRules.entry(code, TABLE::find);
    }
    if (code.reason().equals(AerFaults.REASON)) {
      return HealthRules.super.fault(code);
    }
    return new FaultEntry(
        code,
        "XID " + code.value() + (code.detail().isEmpty() ? "" : " (" + code.detail() + ")"),
        TABLE.find(code.signal()).or(() -> TABLE.find(code.id())).orElseGet(() -> rule(OTHER_XID)),
        MILDER.contains(code.common()) ? MEMORY_ERROR : Set.of());
  }

  @Override
  public List<FaultCode> grave() {
    return Stream.concat(
            XidCatalogue.grave().stream().map(NvidiaHealthRules::xid), Stream.of(AerFaults.FATAL))
        .toList();
  }

  @Override
  public Optional<Recovery> recovery(int number) {
    return number == 0 ? Optional.empty() : Optional.of(RecoveryActions.of(number));
  }
}
