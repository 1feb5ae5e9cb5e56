package dev.acceld.health;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.probe.DefectKind;

/**
 * What a defect means.
 *
 * @param code a label-safe word
 * @param description what is wrong, for a person
 * @param action what to do
 * @param schedulable false when no new pod must get the device
 */
record Defect(String code, String description, Action action, boolean schedulable) {

  static Defect of(DefectKind kind) {
    return switch (kind) {
      case ROW_REMAP_FAILED ->
          new Defect(
              "row-remap-failed",
              "row remapping failed: no spare row is left for a faulty memory row",
              Action.SERVICE,
              false);
      case ROW_REMAP_PENDING ->
          new Defect(
              "row-remap-pending",
              "row remapping pending: a faulty memory row is replaced at the next reset",
              Action.RESET,
              true);
      case PAGE_RETIREMENT_PENDING ->
          new Defect(
              "page-retirement-pending",
              "page retirement pending: a faulty memory page is retired at the next reboot",
              Action.REBOOT,
              true);
      case SRAM_WORN ->
          new Defect(
              "sram-errors",
              "the uncorrected errors of the SRAM exceed the vendor's threshold",
              Action.SERVICE,
              true);
      case REPAIR_PENDING ->
          new Defect("repair-pending", "repair pending until the next reset", Action.RESET, true);
      case LINK_DOWN -> new Defect("nvlink-down", "NVLinks are down", Action.CHECK_FABRIC, true);
      case FABRIC ->
          new Defect("fabric", "the NVLink fabric is unhealthy", Action.CHECK_FABRIC, true);
      case PCIE_LINK_DOWN ->
          new Defect("pcie-link-down", "the PCIe link is down", Action.REBOOT, false);
      case PCIE_LINK_NARROW ->
          new Defect(
              "pcie-link-narrow",
              "the PCIe link has lost lanes; check the slot and riser",
              Action.SERVICE,
              true);
      case PCIE_ERRORS ->
          new Defect(
              "pcie-errors",
              "transfers over PCIe failed; check the kernel's AER messages and, if it recurs, the"
                  + " slot and riser",
              Action.RESET,
              true);
      case PCIE_CORRECTED ->
          new Defect(
              "pcie-corrected-errors",
              "the PCIe link corrects unusually many errors; check the slot and riser",
              Action.SERVICE,
              true);
      case RUNTIME_ERROR ->
          new Defect(
              "runtime-error",
              "the workload's runtime reports an error of the device",
              Action.RESTART_APP,
              true);
      case LEFTOVER_PROCESS ->
          new Defect(
              "leftover-process",
              "a process has the device open, and no claim of this driver holds it",
              Action.END_PROCESS,
              false);
    };
  }
}
