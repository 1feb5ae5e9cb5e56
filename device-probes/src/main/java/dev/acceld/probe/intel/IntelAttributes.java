package dev.acceld.probe.intel;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Attributes;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.host.PciFunction;
import dev.acceld.host.PciLink;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The attributes of a GPU: those that devices of all vendors have, and those of Intel's own DRA
 * driver under its names. What is not known is left out. The table in {@code daemonset/INTEL.md} is
 * the budget: with its capacities a device may have 32.
 */
final class IntelAttributes {
  private IntelAttributes() {}

  /**
   * All of them.
   *
   * @param version of the driver
   * @param link the best that the card's PCIe link can be
   * @param sriov whether it can have virtual functions
   */
  static Map<String, AttributeValue> of(
      PciFunction gpu, String version, Optional<PciLink> link, boolean sriov) {
    Attributes all = new Attributes();
    all.text("acceld.dev/kind", Kind.GPU.id());
    all.text("acceld.dev/vendor", Vendor.INTEL.id());
    all.text("type", "gpu");
    all.text("pciId", String.format(Locale.ROOT, "0x%04x", gpu.device()));
    all.text("driver", gpu.driver());
    all.version("driverVersion", version);
    all.flag("sriov", sriov);
    all.text("resource.kubernetes.io/pciBusID", gpu.address().toString());
    all.text("resource.kubernetes.io/pcieRoot", gpu.pcieRoot());
    all.number("resource.kubernetes.io/numaNode", gpu.numaNode());
    if (link.isPresent() && link.get().generation() > 0) {
      all.number("pcieGeneration", link.get().generation());
      all.number("pcieWidth", link.get().lanes());
    }
    Optional<IntelProducts> product = IntelProducts.of(gpu.device());
    if (product.isPresent()) {
      product(all, product.get());
    }
    return all.build();
  }

  private static void product(Attributes all, IntelProducts product) {
    all.text("productName", product.productName());
    all.text("model", product.model());
    all.text("family", product.family());
    all.text("architecture", product.architecture().published());
    all.text("acceld.dev/generation", product.architecture().id());
    if (product.architecture() != IntelProducts.Architecture.XE_HPC) {
      // Those may have Xe Links to others, which sysfs does not show.
      all.text("acceld.dev/interconnect", "pcie");
    }
  }
}
