package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.util.List;
import java.util.Set;

/** Rules for what an NVIDIA GPU says of itself, beside XIDs, and for what tests of it find. */
final class NvidiaDefects {
  static final List<HealthRule> MEMORY =
      List.of(
          HealthRule.standing(
                  "row-remap-failed",
                  "row remapping failed: no spare row is left for a faulty memory row",
                  Outcome.UNHEALTHY,
                  Action.SERVICE,
                  "NVML no longer reports it")
              .from("nvml.h: nvmlDeviceGetRemappedRows"),
          HealthRule.standing(
                  "row-remap-pending",
                  "row remapping pending: a faulty memory row is replaced at the next reset",
                  Outcome.DEGRADED,
                  Action.RESET,
                  "NVML no longer reports it")
              .from("nvml.h: nvmlDeviceGetRemappedRows"),
          HealthRule.standing(
                  "page-retirement-pending",
                  "page retirement pending: a faulty memory page is retired at the next reboot",
                  Outcome.DEGRADED,
                  Action.REBOOT,
                  "NVML no longer reports it")
              .from("nvml.h: nvmlDeviceGetRetiredPagesPendingStatus"),
          HealthRule.standing(
                  "sram-errors",
                  "the uncorrected errors of the SRAM exceed the vendor's threshold",
                  Outcome.DEGRADED,
                  Action.SERVICE,
                  "NVML no longer reports it")
              .from("nvml.h: nvmlDeviceGetSramEccErrorStatus"),
          HealthRule.standing(
                  "repair-pending",
                  "repair pending until the next reset",
                  Outcome.DEGRADED,
                  Action.RESET,
                  "NVML no longer reports it")
              .from("nvml.h: nvmlDeviceGetRepairStatus"));

  static final List<HealthRule> LINKS =
      List.of(
          HealthRule.standing(
                  "nvlink-down",
                  "NVLinks are down",
                  Outcome.DEGRADED,
                  Action.CHECK_FABRIC,
                  "every link that was up is up again")
              .from("nvml.h: nvmlDeviceGetNvLinkState"),
          HealthRule.standing(
                  "fabric",
                  "the NVLink fabric is unhealthy",
                  Outcome.DEGRADED,
                  Action.CHECK_FABRIC,
                  "the registration is complete and NVML reports no problem")
              .from("nvml.h: nvmlDeviceGetGpuFabricInfoV"));

  /** What the self-test before the first use finds; it is not repeated while the fault lasts. */
  static final List<HealthRule> SELF_TESTS =
      List.of(
          HealthRule.of(
                  NvidiaHealthRules.SELF_TEST_FAILED + "-" + NvidiaHealthRules.INFOROM,
                  "the infoROM of the GPU is corrupted",
                  Outcome.UNHEALTHY,
                  Action.SERVICE,
                  Set.of(Evidence.RESET, Evidence.REBOOT, Evidence.REPAIRED))
              .from("nvml.h: nvmlDeviceValidateInforom"));

  private NvidiaDefects() {}
}
