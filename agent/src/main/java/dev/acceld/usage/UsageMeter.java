package dev.acceld.usage;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.Holder;
import dev.acceld.snapshot.NodeSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures from one snapshot to the next. One thread.
 *
 * <p>Energy is the difference of the device's counter; where it has none, or where it has gone
 * backwards because the driver was loaded anew, it is power times time. A partition of a GPU has no
 * energy of its own: it gets the GPU's in proportion to its memory, and what belongs to memory that
 * nobody holds is nobody's. A device that several hold is split between them in equal parts.
 */
final class UsageMeter {
  /** A device whose utilization is lower is idle. */
  static final double IDLE_BELOW = 0.01;

  /** After a longer pause a reading says nothing of the time before it. */
  static final double LONGEST_STEP_SECONDS = 30;

  private final Map<DeviceName, Double> counters = new HashMap<>();
  private Map<DeviceName, IdleTime> idle = Map.of();

  private record IdleTime(List<String> holders, double seconds) {}

  /**
   * What changed since the snapshot before.
   *
   * @param used by the UIDs of claims; those that hold devices have an entry
   * @param busy the UIDs of claims that alone hold a device that is busy
   * @param heldIdle for how long each held device has been idle without a process; 0 when it is
   *     not; absent where nobody can tell
   */
  record Step(Map<String, Usage> used, Set<String> busy, Map<DeviceName, Double> heldIdle) {}

  /** What the counters of devices said last, to go on from after a restart. */
  Map<DeviceName, Double> counters() {
    return Map.copyOf(counters);
  }

  /** Goes on from there. */
  void resume(Map<DeviceName, Double> last) {
    counters.putAll(last);
  }

  /**
   * Measures.
   *
   * @param seconds since the snapshot before; 0 for the first
   */
  Step step(NodeSnapshot node, double seconds) {
    Map<DeviceName, Double> energy = new HashMap<>();
    for (DeviceSnapshot device : node.devices()) {
      energy.put(device.device().name(), energy(device, seconds));
    }
    Map<String, Usage> used = new HashMap<>();
    Set<String> busy = new HashSet<>();
    Map<DeviceName, IdleTime> idleNow = new HashMap<>();
    for (DeviceSnapshot device : node.devices()) {
      List<Holder> holders = device.holders();
      if (holders.isEmpty()) {
        continue;
      }
      Usage all = usage(device, own(device, energy), seconds);
      for (Holder holder : holders) {
        used.merge(holder.claim().uid(), all.times(1.0 / holders.size()), Usage::plus);
      }
      if (holders.size() == 1 && DeviceLoad.utilization(device.readings()) >= IDLE_BELOW) {
        busy.add(holders.getFirst().claim().uid());
      }
      idle(device, seconds, idleNow);
    }
    idle = idleNow;
    Map<DeviceName, Double> heldIdle = new HashMap<>();
    idleNow.forEach((name, time) -> heldIdle.put(name, time.seconds));
    return new Step(used, busy, heldIdle);
  }

  /** Joules since the last step; NaN where nobody can tell. */
  private double energy(DeviceSnapshot device, double seconds) {
    Sample readings = device.readings();
    double now = readings.get(Metric.ENERGY);
    double integrated =
        seconds <= LONGEST_STEP_SECONDS ? readings.get(Metric.POWER) * seconds : Double.NaN;
    if (Double.isNaN(now)) {
      return integrated;
    }
    Double before = counters.put(device.device().name(), now);
    return before == null || now < before ? integrated : now - before;
  }

  private static double own(DeviceSnapshot device, Map<DeviceName, Double> energy) {
    DeviceName name = device.device().name();
    double own = energy.getOrDefault(name, Double.NaN);
    if (!Double.isNaN(own) || !(device.device() instanceof MigDevice part)) {
      return own;
    }
    return energy.getOrDefault(part.parent(), Double.NaN) * DeviceLoad.shareOfWhole(device);
  }

  private static Usage usage(DeviceSnapshot device, double joules, double seconds) {
    if (seconds > LONGEST_STEP_SECONDS) {
      return new Usage(seconds, joules, Double.NaN, Double.NaN, Double.NaN);
    }
    double utilization = DeviceLoad.utilization(device.readings());
    return new Usage(
        seconds,
        joules,
        utilization * seconds,
        device.readings().get(Metric.MEMORY_USED) * seconds,
        Double.isNaN(utilization) ? Double.NaN : utilization < IDLE_BELOW ? seconds : 0);
  }

  private void idle(DeviceSnapshot device, double seconds, Map<DeviceName, IdleTime> now) {
    double utilization = DeviceLoad.utilization(device.readings());
    double processes = device.readings().get(Metric.PROCESSES);
    if (Double.isNaN(utilization) || Double.isNaN(processes)) {
      return;
    }
    DeviceName name = device.device().name();
    List<String> holders = device.holders().stream().map(h -> h.claim().uid()).toList();
    IdleTime before = idle.get(name);
    boolean unused = utilization < IDLE_BELOW && processes == 0;
    double since =
        unused && before != null && before.holders.equals(holders) ? before.seconds + seconds : 0;
    now.put(name, new IdleTime(holders, since));
  }
}
