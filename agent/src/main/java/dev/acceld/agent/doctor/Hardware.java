package dev.acceld.agent.doctor;

import dev.acceld.device.PciAddress;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import java.util.List;

/** What the node has of each vendor, as far as files tell. */
final class Hardware {
  private final VendorContext context;

  Hardware(VendorContext context) {
    this.context = context;
  }

  VendorContext context() {
    return context;
  }

  /** The vendors whose devices are on the bus. */
  List<VendorModule> present() {
    return VendorModule.all().stream()
        .filter(module -> !module.onBus(context.host()).isEmpty())
        .toList();
  }

  /** Where their devices are. */
  List<PciAddress> addresses() {
    return VendorModule.all().stream()
        .flatMap(module -> module.onBus(context.host()).stream())
        .toList();
  }
}
