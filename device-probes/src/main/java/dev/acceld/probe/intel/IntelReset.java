package dev.acceld.probe.intel;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.Holder;
import dev.acceld.reset.Holders;
import dev.acceld.reset.ResetFailedException;
import dev.acceld.reset.UnboundReset;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Resets a GPU: unbinds its driver, has the kernel reset the PCI function, and binds the driver
 * again. A reset alone would leave a driver that knows nothing of it, and does not end the state in
 * which xe has declared a GPU wedged, which only a new binding does (Linux: drm-uapi, Device
 * Wedging). The kernel does not ask whether somebody has the GPU open, so one of which that cannot
 * be seen is not reset. Any thread.
 */
final class IntelReset implements DeviceReset {
  private final PciDevices pci;
  private final UnboundReset unbound;
  private final Holders holders;

  IntelReset(HostFs host, Holders holders) {
    this.pci = new PciDevices(host);
    this.unbound = new UnboundReset(host, IntelNodes.DRIVERS);
    this.holders = holders;
  }

  @Override
  public String describe() {
    return "PCI function reset, with the driver unbound meanwhile";
  }

  @Override
  public boolean canReset(Device device) {
    return device instanceof Gpu && device.common().vendor().equals(Vendor.INTEL);
  }

  @Override
  public Optional<String> refusal(Device device) {
    return device
        .common()
        .pci()
        .map(unbound::refusal)
        .orElseGet(() -> Optional.of("its PCI function is not known"));
  }

  @Override
  public Optional<List<Holder>> holders(Device device) {
    return holders.of(device);
  }

  @Override
  public boolean refusesBusy() {
    return false;
  }

  @Override
  public List<String> reset(Device device, Duration within)
      throws ResetFailedException, InterruptedException {
    PciAddress at =
        device
            .common()
            .pci()
            .filter(pci::present)
            .orElseThrow(() -> new ResetFailedException("its PCI function has left the bus"));
    return unbound.reset(at, within);
  }
}
