package dev.acceld.health;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.probe.DefectKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is known against one device. Not safe for threads. */
final class DeviceHealth {
  /** NVIDIA's workflow 48: a double-bit error that these accompany is as bad as they are. */
  private static final Set<Long> MEMORY_ERROR = Set.of(48L, 171L, 172L);

  private static final Set<Long> MILDER = Set.of(63L, 94L);
  private static final long TOGETHER = Duration.ofSeconds(60).toNanos();

  final Condition absent = new Condition();
  final Condition silent = new Condition();
  final Condition stuck = new Condition();
  final Condition unreadable = new Condition();
  final Condition released = new Condition();

  private final Condition hung = new Condition();
  private final DeviceName name;
  private final Condition recovery = new Condition();
  private final Map<Long, Condition> xids = new TreeMap<>();
  private final Map<DefectKind, Condition> defects = new EnumMap<>(DefectKind.class);
  private int action;
  private int lastAsked;
  private boolean milderSeen;
  private long milderAt;
  private HealthReport report;

  DeviceHealth(DeviceName name, Instant now) {
    this.name = name;
    this.report = HealthReport.healthy(name, now);
  }

  void xid(long code, Instant at, long nanos) {
    XidClass kind = XidCatalogue.entry(code).kind();
    if (MILDER.contains(code)) {
      milderSeen = true;
      milderAt = nanos;
      MEMORY_ERROR.forEach(each -> {
        Condition condition = xids.get(each);
        if (condition != null
            && Duration.between(condition.since(), at).abs().toNanos() <= TOGETHER) {
          condition.clear(nanos);
        }
      });
    }
    boolean milder = MEMORY_ERROR.contains(code) && milderSeen && nanos - milderAt <= TOGETHER;
    if (kind == XidClass.APP || kind == XidClass.INFO || milder) {
      return;
    }
    xids.computeIfAbsent(code, c -> new Condition()).raise(at, "", nanos);
  }

  /** The driver says what is to be done; nothing to be done ends what a reset would have ended. */
  void recovery(int newAction, Instant at, long nanos) {
    action = newAction;
    if (newAction == 0) {
      recovery.clear(nanos);
      endXids(false, nanos);
    } else {
      lastAsked = newAction;
      recovery.raise(at, "", nanos);
    }
  }

  /** The device says so itself, and says when it is over. */
  void defect(DefectKind kind, boolean present, String detail, Instant at, long nanos) {
    Condition condition = defects.computeIfAbsent(kind, k -> new Condition());
    if (present) {
      condition.raise(at, detail, nanos);
      condition.tell(detail);
    } else {
      condition.clear(nanos);
    }
  }

  /** The device or its driver was gone, not only silent: its return is evidence of a reset. */
  boolean trulyGone;

  /**
   * The device is there again.
   *
   * @param wasReset whether that means that it was reset, or the node's bus was
   */
  void returned(boolean wasReset, long nanos) {
    absent.clear(nanos);
    silent.clear(nanos);
    trulyGone = false;
    if (wasReset) {
      recovery.clear(nanos);
      action = 0;
      endXids(true, nanos);
    }
  }

  /** The agent let go of it, or has taken it back: what it was let go for may have healed it. */
  void released(boolean now, Instant at, long nanos) {
    if (now) {
      silent.clear(nanos);
      released.raise(
          at,
          "the device was released with 'acceld release' ('acceld release --back' takes it back)",
          nanos);
    } else {
      released.clear(nanos);
    }
  }

  /** A call about it does not come back, or has come back. */
  void hung(boolean hangs, String detail, Instant at, long nanos) {
    if (hangs) {
      hung.raise(at, detail, nanos);
    } else {
      hung.clear(nanos);
    }
  }

  /** An XID of an earlier process of this boot, which nothing has ended since. */
  void restore(long code, Instant since, long nanos) {
    xids.computeIfAbsent(code, c -> new Condition()).raise(since, "", nanos);
  }

  /** Another process has seen the evidence that this XID is over. */
  void endXid(long code, long nanos) {
    Condition condition = xids.get(code);
    if (condition != null) {
      condition.clear(nanos);
    }
  }

  /**
   * Readings show that it recovered.
   *
   * @param wasReset true when counters began anew, false when the driver only says that all is well
   */
  void recovered(boolean wasReset, long nanos) {
    endXids(wasReset, nanos);
  }

  /** A person says that it was reset or repaired: no XID of before counts, whatever its kind. */
  void repaired(long nanos) {
    xids.values().forEach(condition -> condition.clear(nanos));
  }

  /** The XIDs that last, and since when. */
  Map<Long, Instant> xids() {
    Map<Long, Instant> raised = new TreeMap<>();
    xids.forEach((code, condition) -> {
      if (condition.isRaised()) {
        raised.put(code, condition.since());
      }
    });
    return raised;
  }

  private void endXids(boolean wasReset, long nanos) {
    xids.forEach((code, condition) -> {
      XidClass kind = XidCatalogue.entry(code).kind();
      if (kind.endsWithReset() && (wasReset || !kind.schedulable())) {
        condition.clear(nanos);
      }
    });
  }

  /** The verdict now; the same object while nothing changes. */
  HealthReport report(Action whenSilent, Instant now, long nanos) {
    List<Reason> reasons = Reasons.sorted(reasons(whenSilent, nanos));
    State state = Reasons.verdict(reasons);
    if (state != report.state() || !reasons.equals(report.reasons())) {
      Instant since = state == report.state() ? report.since() : now;
      report = new HealthReport(name, state, reasons, since);
    }
    return report;
  }

  private List<Reason> reasons(Action whenSilent, long nanos) {
    List<Reason> reasons = new ArrayList<>();
    if (absent.active(nanos)) {
      reasons.add(lost(absent, whenSilent));
    } else if (silent.active(nanos)) {
      reasons.add(lost(silent, whenSilent));
    }
    if (released.active(nanos)) {
      reasons.add(
          Reasons.blocking(Reasons.RELEASED, released.detail(), Action.NONE, released.since()));
    }
    boolean explained = false;
    for (Map.Entry<Long, Condition> each : xids.entrySet()) {
      Condition condition = each.getValue();
      if (condition.active(nanos)) {
        XidCatalogue.Entry entry = XidCatalogue.entry(each.getKey());
        explained |= !entry.kind().schedulable();
        reasons.add(Reasons.xid(entry, action(entry.kind()), condition.since()));
      }
    }
    if (recovery.active(nanos) && !explained) {
      reasons.add(Reasons.recovery(lastAsked, recovery.since()));
    }
    defects.forEach((kind, condition) -> {
      if (condition.active(nanos)) {
        reasons.add(Reasons.defect(kind, condition.detail(), condition.since()));
      }
    });
    Condition stalled = stuck.active(nanos) ? stuck : hung;
    if (stalled.active(nanos)) {
      reasons.add(
          Reasons.blocking(
              Reasons.UNRESPONSIVE, stalled.detail(), Action.INVESTIGATE, stalled.since()));
    }
    if (unreadable.active(nanos)) {
      reasons.add(
          Reasons.blocking(
              Reasons.PROBE_FAILED, unreadable.detail(), Action.INVESTIGATE, unreadable.since()));
    }
    return reasons;
  }

  private static Reason lost(Condition condition, Action action) {
    return Reasons.blocking(Reasons.LOST, condition.detail(), action, condition.since());
  }

  /** What the driver says outranks the catalogue, but nothing replaces a repair. */
  private Action action(XidClass kind) {
    return action > 0 && !kind.schedulable() && kind != XidClass.RMA
        ? Recovery.of(action).action()
        : kind.action();
  }
}
