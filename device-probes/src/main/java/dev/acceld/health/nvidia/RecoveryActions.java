package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.Recovery;

/** NVML's recovery actions (field 230, nvml.h of 13.3). */
final class RecoveryActions {
  private RecoveryActions() {}

  /** By NVML's number, greater than 0; one that nobody knows counts as a node reboot. */
  static Recovery of(int number) {
    return switch (number) {
      case 1 -> new Recovery("gpu-reset", "reset the GPU", Action.RESET);
      case 3 ->
          new Recovery("drain-p2p", "end peer-to-peer traffic, then reset the GPU", Action.RESET);
      case 4 -> new Recovery("drain-and-reset", "drain the GPU, then reset it", Action.RESET);
      case 5 -> new Recovery("recover-imex", "recover the IMEX domain", Action.INVESTIGATE);
      case 6 -> new Recovery("bus-reset", "reset the GPU's bus", Action.RESET);
      default -> new Recovery("node-reboot", "reboot the node", Action.REBOOT);
    };
  }
}
