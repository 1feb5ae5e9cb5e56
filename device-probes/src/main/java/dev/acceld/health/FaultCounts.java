package dev.acceld.health;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRules;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often each fault of each device was seen. Changed under its owner's lock; {@link #all} is for
 * any thread.
 */
final class FaultCounts {
  private static final Logger log = LoggerFactory.getLogger(FaultCounts.class);

  private final Map<DeviceName, Map<FaultCode, Long>> counts = new HashMap<>();
  private volatile Map<DeviceName, Map<FaultCode, Long>> published = Map.of();

  /** A device that had no fault has no entry. Immutable. */
  Map<DeviceName, Map<FaultCode, Long>> all() {
    return published;
  }

  /** A storm of the same fault is logged at its 1st, 2nd, 4th, 8th… time. */
  void add(Signal.Fault fault, HealthRules rules) {
    Map<FaultCode, Long> counted = counts.computeIfAbsent(fault.device(), d -> new TreeMap<>());
    FaultCode code = fault.code().common();
    long times = counted.merge(code, 1L, Long::sum);
    if (Long.bitCount(times) == 1) {
      log.warn(
          "device={} {}={} times={}: {}",
          fault.device(),
          code.reason(),
          code.value(),
          times,
          rules.fault(fault.code()).meaning());
    }
    publish();
  }

  /** Forgets all devices but those. */
  void keep(Collection<DeviceName> devices) {
    if (counts.keySet().retainAll(devices)) {
      publish();
    }
  }

  private void publish() {
    Map<DeviceName, Map<FaultCode, Long>> copy = new HashMap<>();
    counts.forEach((device, of) -> copy.put(device, Map.copyOf(of)));
    published = Map.copyOf(copy);
  }
}
