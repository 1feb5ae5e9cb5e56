package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.kernel.fault.FaultEchoes;
import dev.acceld.kernel.fault.LoggedFault;
import dev.acceld.kernel.fault.LoggedFault.Verdict;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultSource;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Faults that only the kernel's log tells: whether an old one still counts, and whether the driver
 * then asks for anything. Under its owner's lock.
 */
final class LoggedFaults {
  /** So long after the fault, the driver has made up its mind what to ask for. */
  private static final Duration DECIDED = Duration.ofSeconds(5);

  private final Map<DeviceName, Instant> undecided = new HashMap<>();
  private final FaultEchoes echoes = new FaultEchoes();

  /** Whom it befell. */
  record Befallen(Device device, HealthRules rules, DeviceHealth health) {}

  /** What may show that it is over. */
  record Known(Inventory inventory, KeptFaults kept, Readings readings) {}

  /**
   * When it is judged.
   *
   * @param last whether it is better taken than put off again
   */
  record Now(Instant at, long nanos, boolean last) {}

  /** True when the log, or another event of the driver, has told what the driver now reports. */
  boolean told(Device device, Signal.Fault fault) {
    return fault.source() != FaultSource.SOLE
        && echoes.is(device, fault.code(), fault.at(), fault.source());
  }

  /** Judges what the log tells, and remembers it where it is taken. */
  Verdict judge(LoggedFault fault, Befallen on, Known known, Now now) {
    HealthRule rule = on.rules().fault(fault.code()).rule();
    long then = now.nanos() - Duration.between(fault.at(), now.at()).toNanos();
    if (on.health().endedSince(fault.code(), then)) {
      return Verdict.OVER;
    }
    if (fault.old()) {
      Sample reading = known.readings().of(on.device().name());
      boolean reset = rule.endsWith(Evidence.RESET);
      if (known
              .kept()
              .ended()
              .since(on.device(), known.inventory(), fault.code(), reset, fault.at())
          || (decides(rule) && reading.get(Metric.RECOVERY_ACTION) == 0)) {
        return Verdict.OVER;
      }
      if (!now.last() && (!known.kept().isRead() || reading.isEmpty())) {
        return Verdict.NOT_YET;
      }
    }
    if (echoes.is(on.device(), fault.code(), fault.at(), FaultSource.KERNEL_LOG)) {
      return Verdict.KNOWN;
    }
    if (decides(rule)) {
      undecided.put(on.device().name(), now.at()); // no event leads to a look at the driver's word
    }
    return Verdict.NEW;
  }

  /** Ends what the driver asks nothing for; true when that was so. */
  boolean evidence(
      Readings readings, Inventory inventory, Map<DeviceName, DeviceHealth> healths, long nanos) {
    boolean ended = false;
    for (Iterator<Map.Entry<DeviceName, Instant>> all = undecided.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<DeviceName, Instant> each = all.next();
      Sample sample = readings.of(each.getKey());
      if (sample.isEmpty() || readings.takenAt().isBefore(each.getValue().plus(DECIDED))) {
        continue;
      }
      all.remove();
      Device device = inventory.find(each.getKey()).orElse(null);
      if (device == null || sample.get(Metric.RECOVERY_ACTION) != 0) {
        continue;
      }
      ended = true;
      for (Device other : inventory.devices()) {
        DeviceHealth health = healths.get(other.name());
        if (health != null && other.common().sharesPartWith(device.common())) {
          health.recovered(false, nanos);
        }
      }
    }
    return ended;
  }

  /** The driver's word ends these, where it gives it. */
  private static boolean decides(HealthRule rule) {
    return rule.endsWith(Evidence.DRIVER_CONTENT);
  }

  /** Nothing was told. */
  void clear() {
    undecided.clear();
    echoes.clear();
  }
}
