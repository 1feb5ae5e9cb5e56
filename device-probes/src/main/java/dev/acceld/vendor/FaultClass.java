package dev.acceld.vendor;

import dev.acceld.device.HealthReport.Action;

/** What a fault asks for, when the driver itself does not say. */
public enum FaultClass {
  /** The application's own fault, or its alone to bear: counted, nothing else. */
  APP(Action.RESTART_APP, true),
  /** For the record: counted, nothing else. */
  INFO(Action.NONE, true),
  /** The device works on, worse than before. */
  DEGRADE(Action.NONE, true),
  /** Unusable until it is reset. */
  RESET(Action.RESET, false),
  /** Unusable until the node is rebooted. */
  REBOOT(Action.REBOOT, false),
  /** Unusable until somebody has repaired or replaced it. */
  RMA(Action.SERVICE, false);

  private final Action action;
  private final boolean schedulable;

  FaultClass(Action action, boolean schedulable) {
    this.action = action;
    this.schedulable = schedulable;
  }

  /** What a person should do. */
  public Action action() {
    return action;
  }

  /** False when no new pod must get the device. */
  public boolean schedulable() {
    return schedulable;
  }

  /** True when a reset or reboot is the remedy, so that evidence of one ends it. */
  public boolean endsWithReset() {
    return this == RESET || this == REBOOT || this == DEGRADE;
  }
}
