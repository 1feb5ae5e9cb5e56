package dev.acceld.agent.repair;

import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.device.Device;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.probe.VendorModule;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;

/** Closes the agent's own handles of a device, and takes it back. */
final class HandsOffDevice {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 50;
  private static final String RELEASED = "released";

  private final NodeDevices devices;

  HandsOffDevice(NodeDevices devices) {
    this.devices = devices;
  }

  /** Whether the agent ever has files of such a device open. */
  static boolean isNeededFor(Device device) {
    return VendorModule.all().stream()
        .anyMatch(m -> m.vendor().equals(device.common().vendor()) && m.opensDevices());
  }

  /** Whether an operator has released the device. */
  boolean isReleased(Device device) {
    return devices.releases().now().holds(device.name());
  }

  /** Comes back when this process has nothing of the device open. */
  void letGo(Device device) throws RepairFailedException, InterruptedException {
    if (!isReleased(device)) {
      // One that was taken back a moment ago still counts as released, while the probe opens it.
      boolean unused = await(device, false);
    }
    try {
      devices.releases().release(device.name(), device.common().pci());
    } catch (IOException e) {
      throw new RepairFailedException(
          "the release cannot be saved in the state directory: " + ErrorText.of(e), false);
    }
    devices.supervisor().rediscoverNow();
    if (!await(device, true)) {
      throw new RepairFailedException(
          "the agent could not close its handles of the device within "
              + PATIENCE.toSeconds()
              + " s: a call to the driver's library hangs",
          false);
    }
  }

  /** The probe may open the device again; does not wait for it. */
  void takeBack(Device device) throws IOException {
    boolean unused = devices.releases().takeBack(device.name());
    devices.supervisor().rediscoverNow();
  }

  private boolean await(Device device, boolean released) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (isSeenReleased(device) != released) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return true;
  }

  private boolean isSeenReleased(Device device) {
    return devices.health().raised(device.name()).stream()
        .map(Reason::code)
        .anyMatch(RELEASED::equals);
  }
}
