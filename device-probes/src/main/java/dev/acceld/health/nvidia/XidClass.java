package dev.acceld.health.nvidia;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.Outcome;
import java.util.Set;

/** What an XID asks for, when the driver itself does not say. */
public enum XidClass {
  /** The application's own fault, or its alone to bear. */
  APP(Outcome.COUNTED, Action.RESTART_APP),
  /** For the record. */
  INFO(Outcome.COUNTED, Action.NONE),
  /** The device works on, worse than before. */
  DEGRADE(Outcome.DEGRADED, Action.NONE),
  /** Unusable until it is reset. */
  RESET(Outcome.UNHEALTHY, Action.RESET),
  /** Unusable until the node is rebooted. */
  REBOOT(Outcome.UNHEALTHY, Action.REBOOT),
  /** Unusable until somebody has repaired or replaced it. */
  RMA(Outcome.UNHEALTHY, Action.SERVICE);

  private final Outcome outcome;
  private final Action action;

  XidClass(Outcome outcome, Action action) {
    this.outcome = outcome;
    this.action = action;
  }

  Outcome outcome() {
    return outcome;
  }

  Action action() {
    return action;
  }

  /**
   * A reset does not repair. That the driver asks for nothing says something only where it could
   * have asked for a reset.
   */
  Set<Evidence> ends() {
    return switch (this) {
      case APP, INFO, DEGRADE -> Set.of(Evidence.RESET, Evidence.REBOOT, Evidence.REPAIRED);
      case RESET, REBOOT ->
          Set.of(Evidence.RESET, Evidence.DRIVER_CONTENT, Evidence.REBOOT, Evidence.REPAIRED);
      case RMA -> Set.of(Evidence.REBOOT, Evidence.REPAIRED);
    };
  }
}
