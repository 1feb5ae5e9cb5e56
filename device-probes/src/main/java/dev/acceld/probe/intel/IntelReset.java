package dev.acceld.probe.intel;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.DriverBinding;
import dev.acceld.reset.FunctionReset;
import dev.acceld.reset.Holder;
import dev.acceld.reset.Holders;
import dev.acceld.reset.ResetFailedException;
import java.time.Duration;
import java.util.ArrayList;
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
  private final FunctionReset functions;
  private final HostFs host;
  private final Holders holders;

  IntelReset(HostFs host, Holders holders) {
    this.pci = new PciDevices(host);
    this.functions = new FunctionReset(host);
    this.host = host;
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
    Optional<PciFunction> gpu = function(device);
    if (gpu.isEmpty()) {
      return functions.refusal(device.common().pci().stream().toList());
    }
    String driver = gpu.get().driver().orElse("");
    if (!IntelNodes.DRIVERS.contains(driver)) {
      return Optional.of(
          driver.isEmpty()
              ? "it has no driver; load xe or i915"
              : "it is bound to " + driver + ", whose user may not expect a reset");
    }
    return functions
        .refusal(List.of(gpu.get().address()))
        .or(() -> new DriverBinding(host, driver).refusal());
  }

  private Optional<PciFunction> function(Device device) {
    return device.common().pci().flatMap(pci::find);
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
    PciFunction gpu =
        function(device)
            .orElseThrow(() -> new ResetFailedException("its PCI function has left the bus"));
    PciAddress at = gpu.address();
    String driver = gpu.driver().orElse("");
    long end = System.nanoTime() + within.toNanos();
    DriverBinding binding = new DriverBinding(host, driver);
    binding.unbind(at, left(end));
    List<String> said = new ArrayList<>();
    try {
      said.addAll(functions.reset(List.of(at), left(end)));
    } finally {
      binding.bind(at, left(end)); // whatever came of it, the GPU is of no use without
    }
    said.add("driver " + driver + " was unbound from " + at + " and bound to it again");
    return said;
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(Duration.ofSeconds(1).toNanos(), end - System.nanoTime()));
  }
}
