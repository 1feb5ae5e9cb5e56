package dev.acceld.probe.amd;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.reset.DeviceReset;
import dev.acceld.reset.Holder;
import dev.acceld.reset.Holders;
import dev.acceld.reset.ResetFailedException;
import dev.acceld.reset.UnboundReset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Resets a GPU by the kernel's reset of its PCI function. amdgpu is not told of such a reset (its
 * {@code pci_error_handlers} have no {@code reset_prepare}), so the function is taken from it
 * before, and given back after. Nobody may have the GPU open, and it may be linked to no other. Any
 * thread.
 */
final class AmdReset implements DeviceReset {
  private final HostFs host;
  private final UnboundReset unbound;
  private final Holders holders;
  private final KfdProcesses processes;

  AmdReset(HostFs host, Holders holders) {
    this.host = host;
    this.holders = holders;
    unbound = new UnboundReset(host, Set.of("amdgpu"));
    processes = new KfdProcesses(host);
  }

  @Override
  public String describe() {
    return "PCI function reset, with amdgpu unbound";
  }

  @Override
  public boolean canReset(Device device) {
    return device instanceof Gpu && device.common().vendor().equals(Vendor.AMD);
  }

  @Override
  public Optional<String> refusal(Device device) {
    List<PciAddress> at = device.common().pci().stream().toList();
    if (!at.isEmpty() && !XgmiHive.isAlone(at.getFirst(), host)) {
      return Optional.of(
          "XGMI may link it to other GPUs, which are reset with it; once all of them are free, run"
              + " 'amd-smi reset --gpureset' for all GPUs on the node, or reboot the node");
    }
    return at.isEmpty()
        ? Optional.of("its PCI function is not known")
        : unbound.refusal(at.getFirst());
  }

  /** Who has one of its files open, and whose memory the compute driver keeps on it. */
  @Override
  public Optional<List<Holder>> holders(Device device) {
    Optional<List<Holder>> open = holders.of(device);
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
            .orElseThrow(() -> new ResetFailedException("its PCI function is not known"));
    return unbound.reset(at, within);
  }
}
