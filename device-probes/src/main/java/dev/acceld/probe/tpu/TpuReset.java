package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.device.TpuChip;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.FunctionReset;
import dev.acceld.reset.Holder;
import dev.acceld.reset.Holders;
import dev.acceld.reset.ResetFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Resets all PCI functions of a TPU chip by the kernel. The kernel does not ask whether somebody
 * has the chip open, so a chip of which that cannot be seen is not reset. Any thread.
 */
final class TpuReset implements DeviceReset {
  private final PciDevices pci;
  private final FunctionReset functions;
  private final Holders holders;

  TpuReset(HostFs host, Holders holders) {
    this.pci = new PciDevices(host);
    this.functions = new FunctionReset(host);
    this.holders = holders;
  }

  @Override
  public String describe() {
    return "PCI function reset";
  }

  @Override
  public boolean canReset(Device device) {
    return device instanceof TpuChip;
  }

  @Override
  public Optional<String> refusal(Device device) {
    return device.common().physical().size() > 1
        ? Optional.of(
            "it shares an IOMMU group with other chips ("
                + device.common().physicalNames()
                + "), which a reset may disturb; reboot the node instead")
        : functions.refusal(addresses(device));
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
    return functions.reset(addresses(device), within);
  }

  /** A chip may have two functions, of one slot. */
  private List<PciAddress> addresses(Device device) {
    return device.common().pci().stream()
        .flatMap(at ->
            pci.of(TpuGeneration.GOOGLE).stream()
                .map(PciFunction::address)
                .filter(other -> other.slot().equals(at.slot())))
        .toList();
  }
}
