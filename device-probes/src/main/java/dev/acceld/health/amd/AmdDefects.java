package dev.acceld.health.amd;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.util.List;

/** Rules for what an AMD GPU says of itself, beside uncorrectable errors. */
final class AmdDefects {
  private static final String BAD_PAGES = "amdgpu: ras/gpu_vram_bad_pages";

  static final List<HealthRule> MEMORY =
      List.of(
          HealthRule.standing(
                  "page-retirement-failed",
                  "page retirement failed: faulty memory pages are still in use",
                  Outcome.UNHEALTHY,
                  Action.SERVICE,
                  "no bad page has state F any more")
              .from(BAD_PAGES),
          HealthRule.standing(
                  "page-retirement-pending",
                  "page retirement pending: a faulty memory page is retired at the next reset",
                  Outcome.DEGRADED,
                  Action.RESET,
                  "no bad page has state P any more")
              .from(BAD_PAGES),
          HealthRule.standing(
                  "page-retirement-limit",
                  "more memory pages are retired than the driver's threshold allows; have the GPU"
                      + " replaced",
                  Outcome.UNHEALTHY,
                  Action.SERVICE,
                  "fewer pages are retired than the threshold")
              .from("amdgpu: bad_page_threshold, RAS_BAD_PAGE_COVER"),
          HealthRule.standing(
                  "ecc-corrected-errors",
                  "the GPU corrects unusually many ECC errors",
                  Outcome.DEGRADED,
                  Action.SERVICE,
                  "fewer than 50 in 10 min are left")
              .from("amdgpu: ras/*_err_count"));

  /** With the thresholds that amdgpu reports. */
  static final List<HealthRule> HEAT =
      CommonRules.HEAT.stream().map(rule -> rule.from(sensor(rule.signal()))).toList();

  private AmdDefects() {}

  private static String sensor(String signal) {
    return signal.equals("thermal-slowdown")
        ? "amdgpu: gpu_metrics, indep_throttle_status and *_thm_residency_acc"
        : "amdgpu: hwmon, temp*_crit";
  }
}
