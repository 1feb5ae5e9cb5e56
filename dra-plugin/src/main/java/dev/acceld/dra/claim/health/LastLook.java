package dev.acceld.dra.claim.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.PciAddress;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.hardware.DeviceThreads;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.dra.cluster.ResourceClaim.Toleration;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import dev.acceld.probe.ControlFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Refuses a device that must not be given to anybody though the scheduler gave it away: the fault
 * is younger than the allocation, or the cluster drops taints. From what is known, and one look at
 * the bus. Thread-safe.
 */
public final class LastLook {
  /** A bus that does not answer for so long is no busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Function<DeviceName, Optional<HealthReport>> health;
  private final BusCheck bus;
  private final DeviceThreads threads = new DeviceThreads(PATIENCE);

  /** At health and bus as they are when it is asked. */
  public LastLook(Function<DeviceName, Optional<HealthReport>> health, BusCheck bus) {
    this.health = health;
    this.bus = bus;
  }

  /**
   * Returns when nothing speaks against giving those devices to a claim that has not had them yet.
   * What the claim tolerates does not, and nothing does for admin access, but that the device is
   * not there.
   *
   * @throws ClaimRefusedException naming the device, the fault and what to do
   */
  public void check(List<AllocatedDevice> devices) throws ClaimRefusedException {
    for (AllocatedDevice device : devices) {
      Optional<Reason> fault = fault(device);
      if (fault.isPresent()) {
        throw new ClaimRefusedException(
            named(device.result())
                + " is faulty: "
                + fault.get().message()
                + "; recommended action: "
                + fault.get().action().describe()
                + ". Delete the pod to get another device. To diagnose the fault, use adminAccess or"
                + " a toleration for "
                + Taint.key(fault.get().code())
                + " in the claim's request");
      }
      for (Device part : device.device().members()) {
        Optional<PciAddress> pci = part.common().pci();
        Optional<String> absent = pci.isPresent() ? absence(part, pci.get()) : Optional.empty();
        if (absent.isPresent()) {
          throw new ClaimRefusedException(
              named(device.result())
                  + " cannot be used: "
                  + absent.get()
                  + ". Delete the pod to get another device");
        }
      }
    }
  }

  private static String named(Result result) {
    return "device " + result.device() + " of request " + result.request();
  }

  private Optional<Reason> fault(AllocatedDevice device) {
    if (device.result().adminAccess()) {
      return Optional.empty();
    }
    return health.apply(device.device().name()).stream()
        .flatMap(report -> report.reasons().stream())
        .filter(reason -> !reason.schedulable())
        // A process that is about to end was waited for; whether it is gone was just looked up.
        .filter(reason -> reason.action() != Action.END_PROCESS)
        .filter(reason -> !tolerated(device.result().tolerations(), reason))
        .findFirst();
  }

  private static boolean tolerated(List<Toleration> tolerations, Reason reason) {
    return tolerations.stream()
        .anyMatch(t -> t.tolerates(Taint.key(reason.code()), reason.value(), reason.effect().id()));
  }

  private Optional<String> absence(Device device, PciAddress address) {
    try {
      return threads.call(
          device.common().physicalNames(),
          "reading the PCI configuration space",
          () -> bus.problem(address));
    } catch (ControlFailedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
