package dev.acceld.probe.nvidia.signals;

import dev.acceld.device.DeviceName;
import dev.acceld.health.nvidia.OperationalEventKind;
import dev.acceld.health.nvidia.OperationalEventRules;
import dev.acceld.probe.nvidia.nvml.EventLayout.EventWait;
import dev.acceld.probe.nvidia.session.DriverEvent;
import dev.acceld.vendor.FaultCode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns GPU Operational Events into signals. An event whose context has an XID is a second report
 * of that XID, never a fault of its own. Not safe for threads.
 */
public final class OperationalEventSignals {
  private static final Logger log = LoggerFactory.getLogger(OperationalEventSignals.class);

  /** Of each GPU; the codes are the driver's, and each becomes a series and may become a file. */
  static final int MOST_CODES = 128;

  private final SignalTracker signals;
  private final KnownGroups groups = new KnownGroups();
  private final Map<DeviceName, Set<FaultCode>> codes = new HashMap<>();

  /** Of events that go where XIDs go. */
  public OperationalEventSignals(SignalTracker signals) {
    this.signals = signals;
  }

  /** One event of a GPU. */
  public void take(DeviceName gpu, DriverEvent.Operational event) {
    if (event.has(EventWait.OVERFLOW)) {
      signals.operational(gpu, event.at(), OperationalEventRules.overflow(), false);
    }
    if (event.groupHas(EventWait.SIMULATED)) {
      log.info("device={} {}: simulated by the driver; it does not count", gpu, event.identity());
    } else if (event.groupHas(EventWait.PREVIOUS)) {
      report(gpu, event, OperationalEventKind.PREVIOUS); // its XID, too, is of before
    } else if (!event.xids().isEmpty()) {
      event.xids().forEach(xid -> xid(gpu, event, xid));
    } else if (event.groupHas(EventWait.RECOVERED)) {
      report(gpu, event, OperationalEventKind.RECOVERED);
    } else {
      report(gpu, event, OperationalEventKind.ofSeverity(event.severity()));
    }
  }

  private void xid(DeviceName gpu, DriverEvent.Operational event, long xid) {
    if (event.group() == 0 || groups.add(gpu, event.group(), xid, event.at())) {
      log.info("device={} {} goes with XID {}", gpu, event.identity(), xid);
      signals.xidAgain(gpu, event.at(), xid);
    }
  }

  private void report(DeviceName gpu, DriverEvent.Operational event, OperationalEventKind kind) {
    FaultCode code =
        OperationalEventRules.event(event.module(), event.code(), kind, event.category());
    signals.operational(
        gpu,
        event.at(),
        isTold(gpu, code.common()) ? code : OperationalEventRules.more(kind),
        kind.isGrave());
  }

  private boolean isTold(DeviceName gpu, FaultCode code) {
    Set<FaultCode> told = codes.computeIfAbsent(gpu, g -> new HashSet<>());
    return told.contains(code) || (told.size() < MOST_CODES && told.add(code));
  }

  /** The driver may number its groups afresh. */
  public void forgetGroups() {
    groups.clear();
  }
}
