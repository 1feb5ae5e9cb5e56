package dev.acceld.usage;

import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one claim has used so far. Immutable.
 *
 * @param claim which
 * @param devices the names of the devices that it holds or held
 * @param pods the pods known to use it; they live in the claim's namespace
 * @param preparedAt when it was prepared
 * @param heldSeconds for how long it has been prepared; no clock that is set can change it
 * @param firstUseSeconds of that, until a device of its own was busy first; empty while none was,
 *     or where nobody can tell
 * @param usage what it used
 * @param endedAt when it was found to be unprepared; empty while it is prepared
 */
public record ClaimUsage(
    ClaimRef claim,
    List<String> devices,
    List<PodRef> pods,
    Instant preparedAt,
    double heldSeconds,
    OptionalDouble firstUseSeconds,
    Usage usage,
    Optional<Instant> endedAt) {

  /** Takes copies. */
  public ClaimUsage {
    devices = List.copyOf(devices);
    pods = List.copyOf(pods);
  }

  /** Mean utilization of its devices while it held them, 0 to 1; NaN where nobody can tell. */
  public double meanUtilization() {
    return usage.deviceSeconds() > 0
        ? Math.min(1, usage.utilizationSeconds() / usage.deviceSeconds())
        : Double.NaN;
  }

  ClaimUsage ended(Instant at) {
    return new ClaimUsage(
        claim, devices, pods, preparedAt, heldSeconds, firstUseSeconds, usage, Optional.of(at));
  }

  /**
   * After another look.
   *
   * @param nowPods the pods known by now; nobody is forgotten
   */
  ClaimUsage after(double seconds, List<PodRef> nowPods, Usage used, boolean busy) {
    double held = heldSeconds + seconds;
    return new ClaimUsage(
        claim,
        devices,
        nowPods.isEmpty() ? pods : nowPods,
        preparedAt,
        held,
        busy && firstUseSeconds.isEmpty() ? OptionalDouble.of(held) : firstUseSeconds,
        usage.plus(used),
        endedAt);
  }
}
