package dev.acceld.probe.nvidia.signals;

import dev.acceld.device.DeviceName;
import dev.acceld.health.nvidia.OperationalEventKind;
import dev.acceld.health.nvidia.OperationalEventRules;
import dev.acceld.probe.nvidia.nvml.EventLayout.EventWait;
import dev.acceld.probe.nvidia.session.DriverEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
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
  private static final int GROUPS_KNOWN = 1024;

  private final SignalTracker signals;

  /** XIDs of groups: several events of one group may name the same. */
  private final Set<GroupXid> known =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<GroupXid, Boolean> eldest) {
              return size() > GROUPS_KNOWN;
            }
          });

  private record GroupXid(DeviceName gpu, long group, long xid) {}

  /** Of events that go where XIDs go. */
  public OperationalEventSignals(SignalTracker signals) {
    this.signals = signals;
  }

  /** One event of a GPU. */
  public void take(DeviceName gpu, DriverEvent.Operational event) {
    if (event.has(EventWait.OVERFLOW)) {
      signals.operational(gpu, event.at(), OperationalEventRules.overflow());
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
    if (event.group() == 0 || known.add(new GroupXid(gpu, event.group(), xid))) {
      log.info("device={} {} goes with XID {}", gpu, event.identity(), xid);
      signals.xidAgain(gpu, event.at(), xid);
    }
  }

  private void report(DeviceName gpu, DriverEvent.Operational event, OperationalEventKind kind) {
    signals.operational(
        gpu,
        event.at(),
        OperationalEventRules.event(event.module(), event.code(), kind, event.category()));
  }
}
