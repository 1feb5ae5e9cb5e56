package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Attributes;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.host.PciLink;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The attributes of a whole GPU: those that devices of all vendors have, those of NVIDIA's own DRA
 * driver under its names, and what it lacks. What is not known is left out. The table in {@code
 * daemonset/NVIDIA.md} is the budget: with its capacities a device may have 32.
 */
final class GpuAttributes {
  private final Attributes all = new Attributes();

  private GpuAttributes() {}

  /**
   * All of them.
   *
   * @param link the best that its PCIe link can be
   */
  static Map<String, AttributeValue> of(
      GpuIdentity gpu,
      DriverVersions versions,
      Optional<String> pcieRoot,
      OptionalInt numaNode,
      Optional<PciLink> link,
      Optional<NvLinkTopology.Place> place) {
    GpuAttributes a = new GpuAttributes();
    a.all.text("acceld.dev/kind", Kind.GPU.id());
    a.all.text("acceld.dev/vendor", Vendor.NVIDIA.id());
    a.all.text(
        "acceld.dev/generation",
        gpu.architecture().map(name -> name.toLowerCase(Locale.ROOT).replace(' ', '-')));
    a.all.text("acceld.dev/interconnect", place.isPresent() ? "nvlink" : "pcie");
    a.all.text("type", "gpu");
    a.all.text("uuid", gpu.uuid());
    a.all.text("productName", gpu.model());
    a.all.text("brand", gpu.brand());
    a.all.text("architecture", gpu.architecture());
    a.all.text("addressingMode", gpu.addressingMode());
    a.all.version("cudaComputeCapability", gpu.computeCapability());
    a.all.version("driverVersion", versions.driver());
    a.all.version("cudaDriverVersion", versions.cuda());
    a.all.text("resource.kubernetes.io/pciBusID", gpu.pci().map(Object::toString));
    a.all.text("resource.kubernetes.io/pcieRoot", pcieRoot);
    a.all.number("resource.kubernetes.io/numaNode", numaNode);
    a.link(link);
    a.traits(gpu.traits(), place);
    a.sheet(gpu.model());
    return a.all.build();
  }

  private void link(Optional<PciLink> link) {
    if (link.isPresent() && link.get().generation() > 0) {
      all.number("pcieGeneration", link.get().generation());
      all.number("pcieWidth", link.get().lanes());
    }
  }

  private void traits(GpuCapabilities traits, Optional<NvLinkTopology.Place> place) {
    all.number("gpuModuleID", traits.module());
    all.flag("eccEnabled", traits.ecc());
    all.flag("migCapable", traits.migCapable());
    all.flag("gpmSupported", traits.gpm());
    all.flag("c2c", traits.c2c());
    all.text("fabricClique", traits.fabric().flatMap(Fabric::cliqueName));
    if (place.isPresent()) {
      all.text("nvlinkDomain", place.get().domain());
      all.number("nvlinkPeers", place.get().peers());
      all.number("nvlinkCount", traits.links().count());
    }
  }

  private void sheet(String product) {
    Optional<GpuSpecs> sheet = GpuSpecs.of(product);
    if (sheet.isPresent()) {
      all.number("acceld.dev/bf16Teraflops", sheet.get().bf16Teraflops());
      all.number("acceld.dev/int8Teraops", sheet.get().int8Teraops());
      all.number("acceld.dev/fp8Teraflops", sheet.get().fp8Teraflops());
      all.number("memoryBandwidthGBps", sheet.get().bandwidth());
    }
  }
}
