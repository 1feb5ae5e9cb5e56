package dev.acceld.health.intel;

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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Faults of Intel's GPUs. Their drivers do not number them: the names are ours. Hangs are told by
 * the kernel's log alone, as are all but {@link #WEDGED} where the driver counts no errors.
 */
public final class IntelHealthRules implements HealthRules {
  /** The {@link FaultCode#reason} of what the drivers xe and i915 tell. */
  public static final String REASON = "intel-gpu";

  /** The driver has given the GPU up and refuses all calls. */
  public static final FaultCode WEDGED = new FaultCode(REASON, "wedged");

  /** The hardware reported an error that it could not correct. */
  public static final FaultCode UNCORRECTABLE = new FaultCode(REASON, "uncorrectable");

  /** The hardware reported an error that it has corrected. */
  public static final FaultCode CORRECTABLE = new FaultCode(REASON, "correctable");

  /** A job hung, and the driver reset what ran it. */
  public static final FaultCode HANG = new FaultCode(REASON, "hang");

  private static final Set<Evidence> NEW_DRIVER =
      Set.of(Evidence.RESET, Evidence.REBOOT, Evidence.REPAIRED);

  private static final String ERRORS = "Linux: drivers/gpu/drm/xe/xe_hw_error.c";

  private static final List<HealthRule> FAULTS =
      List.of(
          HealthRule.of(
                  WEDGED.id(),
                  "the driver has declared the GPU wedged and refuses to use it",
                  Outcome.UNHEALTHY,
                  Action.RESET,
                  Set.of(Evidence.QUIET, Evidence.RESET, Evidence.REBOOT, Evidence.REPAIRED))
              .endsWhen("the driver answers calls about the GPU again")
              .orElse("if it recurs, update driver and firmware, and have the card serviced")
              .from("Linux: drm-uapi, Device Wedging"),
          HealthRule.of(
                  UNCORRECTABLE.id(),
                  "the GPU reported a hardware error that it could not correct",
                  Outcome.UNHEALTHY,
                  Action.RESET,
                  NEW_DRIVER)
              .orElse("if it recurs, have the card serviced")
              .from(ERRORS),
          HealthRule.of(
                  CORRECTABLE.id(),
                  "the GPU corrected a hardware error",
                  Outcome.COUNTED,
                  Action.NONE,
                  NEW_DRIVER)
              .from(ERRORS),
          HealthRule.of(
                  HANG.id(),
                  "a job hung, and the driver reset the engine or GT that ran it",
                  Outcome.COUNTED,
                  Action.RESTART_APP,
                  NEW_DRIVER)
              .from("Linux: drivers/gpu/drm/xe/xe_gt.c, drivers/gpu/drm/i915/i915_gpu_error.c"),
          AerFaults.FATAL_RULE);

  private static final List<HealthRule> FIRMWARE =
      List.of(
          HealthRule.standing(
                  "survivability-mode",
                  "the GPU's firmware is damaged; the driver allows nothing but an update of it",
                  Outcome.UNHEALTHY,
                  Action.SERVICE,
                  "the driver no longer shows the mode, after the update and a new binding")
              .from("Linux: Documentation/gpu/xe, Survivability Mode"));

  private static final Map<String, String> TITLES =
      Map.of(
          WEDGED.value(), "GPU wedged",
          UNCORRECTABLE.value(), "uncorrectable hardware error",
          CORRECTABLE.value(), "corrected hardware error",
          HANG.value(), "GPU hang");

  private static final RuleTable TABLE =
      new RuleTable(
          Stream.of(
                  CommonRules.PRESENCE,
                  FAULTS,
                  FIRMWARE,
                  CommonRules.PCIE,
                  heat(),
                  CommonRules.PROCESSES)
              .flatMap(List::stream)
              .toList());

  /** For the vendor's module. */
  public IntelHealthRules() {}

  private static List<HealthRule> heat() {
    return CommonRules.HEAT.stream()
        .map(rule ->
            rule.from(
                rule.signal().equals("thermal-slowdown")
                    ? "Linux: drivers/gpu/drm/xe/xe_gt_throttle.c"
                    : "Linux: sysfs-driver-intel-xe-hwmon"))
        .toList();
  }

  @Override
  public RuleTable table() {
    return TABLE;
  }

  @Override
  public Set<String> reasons() {
    return Set.of(REASON, AerFaults.REASON);
  }

  @Override
  public FaultEntry fault(FaultCode code) {
    String title = TITLES.get(code.value());
    if (!code.reason().equals(REASON) || title == null) {
      return HealthRules.super.fault(code);
    }
    return new FaultEntry(
        code,
        title + (code.detail().isEmpty() ? "" : " (" + code.detail() + ")"),
        rule(code.id()),
        Set.of());
  }

  @Override
  public List<FaultCode> grave() {
    return List.of(WEDGED, UNCORRECTABLE, AerFaults.FATAL);
  }
}
