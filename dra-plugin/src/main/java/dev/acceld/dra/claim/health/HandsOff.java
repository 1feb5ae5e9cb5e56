package dev.acceld.dra.claim.health;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Refuses devices that nobody may be given now: one that is being repaired, or was released. Their
 * taint keeps the scheduler away, but a claim may have been allocated before, or tolerate it. To be
 * asked under the locks of the devices: whoever wants one for itself says so first and takes these
 * locks then.
 */
public final class HandsOff {
  private final Function<DeviceName, Optional<HealthReport>> health;

  /** By the reports as they are when it is asked. */
  public HandsOff(Function<DeviceName, Optional<HealthReport>> health) {
    this.health = health;
  }

  /**
   * Checks the devices that a claim is about to get.
   *
   * @throws ClaimRefusedException naming the first that it cannot get now
   */
  public void check(List<AllocatedDevice> devices) throws ClaimRefusedException {
    for (AllocatedDevice device : devices) {
      Optional<Reason> reason =
          health.apply(device.device().name()).flatMap(HealthReport::handsOff);
      if (reason.isPresent()) {
        throw new ClaimRefusedException(
            "device "
                + device.result().device()
                + " of request "
                + device.result().request()
                + " is "
                + reason.get().code()
                + ": "
                + reason.get().message()
                + "; the prepare is retried, or delete the pod to get another device");
      }
    }
  }
}
