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
              "row-remap-failed", "a faulty memory row has no spare left", Action.SERVICE, false);
      case ROW_REMAP_PENDING ->
          new Defect(
              "row-remap-pending",
              "a faulty memory row is replaced by a spare at the next reset",
              Action.RESET,
              true);
      case PAGE_RETIREMENT_PENDING ->
          new Defect(
              "page-retirement-pending",
              "a faulty memory page is retired at the next reboot",
              Action.REBOOT,
              true);
      case SRAM_WORN ->
          new Defect(
              "sram-errors",
              "SRAM had more uncorrected errors than its vendor tolerates",
              Action.SERVICE,
              true);
      case REPAIR_PENDING ->
          new Defect("repair-pending", "repaired at the next reset", Action.RESET, true);
      case LINK_DOWN -> new Defect("nvlink-down", "NVLinks are down", Action.CHECK_FABRIC, true);
      case FABRIC ->
          new Defect("fabric", "the NVLink fabric is not well", Action.CHECK_FABRIC, true);
    };
  }
}
