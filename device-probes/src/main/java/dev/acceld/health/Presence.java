package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.CommonRules;
import java.time.Instant;

/**
 * What it means for a device that it is missing, or is there again.
 *
 * @param inventory which devices there are
 * @param kept tells whether counters will show a reset
 * @param standing what holds for its physical parts
 */
record Presence(Inventory inventory, KeptFaults kept, StandingSignals standing) {

  /** Brings it to bear on the device's health. */
  void apply(Device device, DeviceHealth health, ProbeStatus probe, Instant at, long nanos) {
    if (inventory.missing().contains(device.name())) {
      String broken = inventory.whyMissing().get(device.name());
      health.trulyGone |= broken == null;
      health.absent.raise(at, Reasons.absence(broken, probe), nanos);
    } else if (health.absent.isRaised()) {
      boolean wasReset = health.trulyGone && !kept.countersTell(device, inventory);
      health.returned(wasReset, nanos);
      standing.returned(device.common().physical(), wasReset);
    }
  }

  /** Without a driver nothing is known of a device: then the detail says what to do. */
  static Action whenSilent(ProbeStatus probe, HealthRules rules) {
    return probe.state() == ProbeStatus.State.WAITING
        ? Action.INVESTIGATE
        : rules.rule(CommonRules.LOST).action();
  }
}
