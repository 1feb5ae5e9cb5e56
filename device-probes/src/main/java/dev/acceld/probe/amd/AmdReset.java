package dev.acceld.probe.amd;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.reset.Holder;
import dev.acceld.reset.Holders;
import dev.acceld.reset.UnboundDeviceReset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Resets a GPU that is linked to no other. amdgpu is unbound, because it is not told of a reset of
 * its PCI function (its {@code pci_error_handlers} have no {@code reset_prepare}).
 */
final class AmdReset extends UnboundDeviceReset {
  private final HostFs host;
  private final Holders holders;
  private final KfdProcesses processes;

  AmdReset(HostFs host, Holders holders) {
    super(host, Vendor.AMD, Set.of("amdgpu"), holders);
    this.host = host;
    this.holders = holders;
    processes = new KfdProcesses(host);
  }

  @Override
  public Optional<String> refusal(Device device) {
    Optional<PciAddress> at = device.common().pci();
    return at.isPresent() && !XgmiHive.isAlone(at.get(), host)
        ? Optional.of(
            "XGMI may link it to other GPUs, which are reset with it; once all of them are free,"
                + " run 'amd-smi reset --gpureset' for all GPUs on the node, or reboot the node")
        : super.refusal(device);
  }

  /** Who has one of its files open, and whose memory the compute driver keeps on it. */
  @Override
  public Optional<List<Holder>> holders(Device device) {
    Optional<List<Holder>> open = super.holders(device);
    if (open.isEmpty()) {
      return open;
    }
    List<Holder> all = new ArrayList<>(open.get());
    for (int pid : processes.on(device)) {
      if (all.stream().noneMatch(holder -> holder.pid() == pid)) {
        all.add(holders.holder(pid));
      }
    }
    return Optional.of(List.copyOf(all));
  }
}
