package dev.acceld.vendor.rule;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Rules for what is seen without a vendor's knowledge: presence, probes, PCIe, temperature. */
public final class CommonRules {
  /** The device is gone, or does not answer. */
  public static final String LOST = "device-lost";

  /** The agent was told to let go of the device. */
  public static final String RELEASED = "released";

  /** A call to the driver hangs. */
  public static final String UNRESPONSIVE = "unresponsive";

  /** The probe fails. */
  public static final String PROBE_FAILED = "probe-failed";

  /** The driver says what has to be done. */
  public static final String RECOVERY = "recovery-action";

  /** The name of the limit in seconds after which a failing probe counts. */
  public static final String SECONDS = "seconds";

  /** The name of the limit in consecutive samples. */
  public static final String SAMPLES = "samples";

  /** The name of the limit in degrees. */
  public static final String CELSIUS = "celsius";

  private static final String DESIGN = "acceld";
  private static final String SYSFS = "Linux: sysfs of PCI devices";

  /** Whether devices are there and answer. */
  public static final List<HealthRule> PRESENCE =
      List.of(
          HealthRule.of(
                  LOST,
                  "the device is gone from the bus or from the driver's list, cannot be used, or"
                      + " does not respond",
                  Outcome.UNHEALTHY,
                  Action.INVESTIGATE,
                  Set.of(Evidence.ANSWERS, Evidence.RESET))
              .from(DESIGN)
              .blocking(),
          HealthRule.of(
                  UNRESPONSIVE,
                  "a call to the driver about the device does not return",
                  Outcome.UNKNOWN,
                  Action.INVESTIGATE,
                  Set.of(Evidence.ANSWERS))
              .from(DESIGN),
          HealthRule.of(
                  PROBE_FAILED,
                  "the device's driver or library cannot be read",
                  Outcome.UNKNOWN,
                  Action.INVESTIGATE,
                  Set.of(Evidence.ANSWERS))
              .from(DESIGN)
              .with(Limit.of(SECONDS, "seconds for which reading must fail", 30, 0, 86_400)),
          HealthRule.standing(
                  RELEASED,
                  "the device was released with 'acceld release'",
                  Outcome.UNKNOWN,
                  Action.NONE,
                  "'acceld release --back DEVICE' takes it back")
              .from(DESIGN)
              .blocking());

  /** Temperature and clocks, of devices that report them. */
  public static final List<HealthRule> HEAT =
      List.of(
          HealthRule.standing(
                  "thermal-slowdown",
                  "the hardware slows the clocks because of temperature",
                  Outcome.DEGRADED,
                  Action.CHECK_COOLING,
                  "as many samples in a row show no thermal slowdown")
              .with(Effect.NO_TAINT)
              .from("nvml.h: nvmlClocksEventReasonHwThermalSlowdown")
              .with(Limit.of(SAMPLES, "samples in a row with a thermal slowdown", 10, 1, 3600)),
          HealthRule.standing(
                  "temperature",
                  "the device is too hot",
                  Outcome.DEGRADED,
                  Action.CHECK_COOLING,
                  "it is 5 degrees below the limit for as many samples in a row")
              .with(Effect.NO_TAINT)
              .from("nvml.h: NVML_TEMPERATURE_THRESHOLD_SLOWDOWN")
              .with(
                  Limit.ofDevice(CELSIUS, "degrees Celsius from which on it is too hot", 30, 150),
                  Limit.of(SAMPLES, "samples in a row at or above the limit", 10, 1, 3600)),
          HealthRule.standing(
                  "memory-temperature",
                  "the memory of the device is too hot",
                  Outcome.DEGRADED,
                  Action.CHECK_COOLING,
                  "it is 5 degrees below the limit for as many samples in a row")
              .with(Effect.NO_TAINT)
              .from("nvml.h: NVML_TEMPERATURE_THRESHOLD_MEM_MAX")
              .with(
                  Limit.ofDevice(CELSIUS, "degrees Celsius from which on it is too hot", 30, 150),
                  Limit.of(SAMPLES, "samples in a row at or above the limit", 10, 1, 3600)));

  /** Processes on devices. */
  public static final List<HealthRule> PROCESSES =
      List.of(
          HealthRule.standing(
                  "process-stuck",
                  "a process that uses the device is in uninterruptible sleep (state D) and cannot"
                      + " be killed",
                  Outcome.DEGRADED,
                  Action.REBOOT,
                  "no process that uses the device is in state D any more")
              .from("proc_pid_stat(5)")
              .with(Limit.of(SECONDS, "seconds in state D", 120, 10, 86_400)));

  private static final List<HealthRule> PCIE_LINK =
      List.of(
          HealthRule.standing(
                  "pcie-link-down",
                  "the PCIe link is down",
                  Outcome.UNHEALTHY,
                  Action.REBOOT,
                  "the link is up")
              .from(SYSFS),
          HealthRule.standing(
                  "pcie-link-narrow",
                  "the PCIe link has lost lanes; check the slot and riser",
                  Outcome.DEGRADED,
                  Action.SERVICE,
                  "all lanes are back")
              .from(SYSFS));

  /** PCIe errors, where the kernel counts them. */
  public static final List<HealthRule> PCIE_ERRORS =
      List.of(
          HealthRule.standing(
                  "pcie-errors",
                  "transfers over PCIe failed; check the kernel's AER messages and, if it recurs,"
                      + " the slot and riser",
                  Outcome.DEGRADED,
                  Action.RESET,
                  "the device is found anew (counters back at zero), or after 24 h (for TPUs:"
                      + " --tpu-pcie-error-hold) without another")
              .from("Linux: sysfs-bus-pci-devices-aer_stats"),
          HealthRule.standing(
                  "pcie-corrected-errors",
                  "the PCIe link corrects unusually many errors; check the slot and riser",
                  Outcome.DEGRADED,
                  Action.SERVICE,
                  "fewer than 50 in 10 min are left")
              .from("Linux: sysfs-bus-pci-devices-aer_stats"));

  /** The PCIe side, where the host's files tell of it: the link and its errors. */
  public static final List<HealthRule> PCIE =
      Stream.of(PCIE_LINK, PCIE_ERRORS).flatMap(List::stream).toList();

  /** What uses a device without being entitled to, and what its runtime says. */
  public static final List<HealthRule> WORKLOAD =
      List.of(
          HealthRule.standing(
                  "runtime-error",
                  "the workload's runtime reports an error of the device",
                  Outcome.DEGRADED,
                  Action.RESTART_APP,
                  "the runtime no longer reports it, or the claim is unprepared")
              .with(Effect.NO_TAINT)
              .from("libtpu metrics service"),
          HealthRule.standing(
                  "leftover-process",
                  "a process has the device open, and no claim of this driver holds it",
                  Outcome.UNHEALTHY,
                  Action.END_PROCESS,
                  "no such process has the device open any more")
              .from(DESIGN));

  private static final RuleTable ALL =
      new RuleTable(
          Stream.of(PRESENCE, HEAT, PROCESSES, PCIE, WORKLOAD).flatMap(List::stream).toList());

  private CommonRules() {}

  /** All of them: what counts for a vendor that has no table. */
  public static RuleTable all() {
    return ALL;
  }
}
