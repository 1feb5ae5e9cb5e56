package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.Recovery;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** NVML's recovery actions (field 230, nvml.h of 13.3). */
final class RecoveryActions {
  private static final Recovery NODE_REBOOT =
      new Recovery("node-reboot", "reboot the node", Action.REBOOT);

  private static final Map<Integer, Recovery> BY_NUMBER =
      new TreeMap<>(
          Map.of(
              1, new Recovery("gpu-reset", "reset the GPU", Action.RESET),
              2, NODE_REBOOT,
              3,
                  new Recovery(
                      "drain-p2p", "end peer-to-peer traffic, then reset the GPU", Action.RESET),
              4, new Recovery("drain-and-reset", "drain the GPU, then reset it", Action.RESET),
              5, new Recovery("recover-imex", "recover the IMEX domain", Action.INVESTIGATE),
              6, new Recovery("bus-reset", "reset the GPU's bus", Action.RESET)));

  private RecoveryActions() {}

  /** By NVML's number, greater than 0; one that nobody knows counts as a node reboot. */
  static Recovery of(int number) {
    return BY_NUMBER.getOrDefault(number, NODE_REBOOT);
  }

  /** One rule for each. */
  static List<HealthRule> rules() {
    return BY_NUMBER.values().stream().map(RecoveryActions::rule).toList();
  }

  private static HealthRule rule(Recovery recovery) {
    return HealthRule.of(
            CommonRules.RECOVERY + "-" + recovery.id(),
            "the driver asks for: " + recovery.description(),
            Outcome.UNHEALTHY,
            recovery.action(),
            Set.of(Evidence.DRIVER_CONTENT, Evidence.RESET, Evidence.REBOOT))
        .from("nvml.h: NVML_FI_DEV_GET_GPU_RECOVERY_ACTION");
  }
}
