package dev.acceld.kernel;

import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import dev.acceld.device.ProbeStatus;
import dev.acceld.kernel.fault.LoggedFault;
import dev.acceld.kernel.fault.LoggedFault.Verdict;
import dev.acceld.vendor.FaultCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Faults from the log that are not judged yet: those of before the agent, until the log has been
 * read to its end, for a later line may say that they are over; and those whose device is not known
 * yet. Not safe for threads.
 */
final class PendingFaults {
  /**
   * Readings, saved faults and devices are known by then, or will not be: after the fault was read,
   * and after the probe of its devices has last been without an answer.
   */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int MOST = 1024;

  /**
   * One of them.
   *
   * @param probe the name of the probe that finds its device; empty where there is none
   * @param sequence of its record
   * @param found when it was read, by the monotonic clock in nanoseconds
   */
  record Pending(
      PciAddress place,
      FaultCode code,
      Instant at,
      boolean old,
      boolean counted,
      String probe,
      long sequence,
      long found) {}

  /** Where faults go. */
  @FunctionalInterface
  interface Judge {
    /** As {@link dev.acceld.health.HealthAssessor#logged}. */
    Verdict judge(LoggedFault fault, boolean last);
  }

  private final List<Pending> pending = new LinkedList<>();
  private final Judge judge;

  /** When a probe was last seen without an answer, by its name. */
  private final Map<String, Long> unanswered = new HashMap<>();

  PendingFaults(Judge judge) {
    this.judge = judge;
  }

  /** One more; the oldest goes when there are too many. */
  void add(Pending fault) {
    if (pending.size() == MOST) {
      pending.removeFirst();
    }
    pending.add(fault);
  }

  /** The driver of those faults begins anew: what it reported before is over. */
  void overOf(String reason) {
    pending.removeIf(fault -> fault.code().reason().equals(reason));
  }

  /** A device's driver asks for nothing any more. */
  void overAt(PciAddress place, String reason) {
    pending.removeIf(
        fault -> fault.place().slot().equals(place.slot()) && fault.code().reason().equals(reason));
  }

  /**
   * Has all judged that can be. A fault of an unknown device waits as long as the probe hangs,
   * fails or has not begun to look: its driver may be what is broken. One that waits for hardware
   * has looked.
   */
  void settle(Inventory inventory, long nanos) {
    for (ProbeStatus probe : inventory.probes()) {
      if (isWithoutAnswer(probe)) {
        unanswered.put(probe.probe(), nanos);
      }
    }
    for (Iterator<Pending> each = pending.iterator(); each.hasNext(); ) {
      Pending fault = each.next();
      long answered = unanswered.getOrDefault(fault.probe(), fault.found());
      boolean open = isOpen(fault.probe(), inventory);
      long since = open || answered - fault.found() < 0 ? fault.found() : answered;
      boolean last = nanos - since > PATIENCE.toNanos();
      Verdict verdict =
          DeviceLines.at(fault.place(), inventory)
              .map(device ->
                  judge.judge(
                      new LoggedFault(
                          device.name(), fault.code(), fault.at(), fault.old(), fault.counted()),
                      last))
              .orElse(Verdict.NO_DEVICE);
      boolean wait = verdict == Verdict.NOT_YET || verdict == Verdict.NO_DEVICE;
      if (!wait || (last && !(open && verdict == Verdict.NO_DEVICE))) {
        each.remove();
      }
    }
  }

  private static boolean isOpen(String name, Inventory inventory) {
    return inventory.probes().stream()
        .anyMatch(probe -> probe.probe().equals(name) && isWithoutAnswer(probe));
  }

  private static boolean isWithoutAnswer(ProbeStatus probe) {
    return switch (probe.state()) {
      case STARTING, FAILED, HUNG -> true;
      case READY, WAITING -> false;
    };
  }

  /** The record of the first; empty when there is none. */
  OptionalLong first() {
    return pending.stream().mapToLong(Pending::sequence).min();
  }

  /** For tests: what is left. */
  List<Pending> left() {
    return new ArrayList<>(pending);
  }

  /** The machine was restarted. */
  void clear() {
    pending.clear();
  }
}
