package dev.acceld.reset;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Resets a vendor's GPUs by the kernel's reset of their PCI function, with the driver unbound
 * meanwhile. The kernel does not ask whether somebody has the GPU open, so a GPU whose users cannot
 * be seen is not reset. Any thread.
 */
public class UnboundDeviceReset implements DeviceReset {
  private static final String NO_FUNCTION = "its PCI function is not known";

  private final Vendor vendor;
  private final UnboundReset functions;
  private final Holders holders;

  /**
   * For GPUs of that vendor.
   *
   * @param drivers as below {@code /sys/bus/pci/drivers}, at least one
   */
  public UnboundDeviceReset(HostFs host, Vendor vendor, Set<String> drivers, Holders holders) {
    this.vendor = vendor;
    this.holders = holders;
    functions = new UnboundReset(host, drivers);
  }

  @Override
  public final String describe() {
    return "PCI function reset, with the driver unbound meanwhile";
  }

  @Override
  public final boolean canReset(Device device) {
    return device instanceof Gpu && device.common().vendor().equals(vendor);
  }

  @Override
  public Optional<String> refusal(Device device) {
    return device.common().pci().map(functions::refusal).orElseGet(() -> Optional.of(NO_FUNCTION));
  }

  @Override
  public Optional<List<Holder>> holders(Device device) {
    return holders.of(device);
  }

  @Override
  public final boolean refusesBusy() {
    return false;
  }

  @Override
  public final List<String> reset(Device device, Duration within)
      throws ResetFailedException, InterruptedException {
    PciAddress at = device.common().pci().orElseThrow(() -> new ResetFailedException(NO_FUNCTION));
    return functions.reset(at, within);
  }
}
