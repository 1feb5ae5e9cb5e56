package dev.acceld.probe.amd;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Attributes;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.PciLink;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The attributes of a GPU: those that devices of all vendors have, and those of AMD's own DRA
 * driver under its names. What is not known is left out. The table in {@code daemonset/AMD.md} is
 * the budget: with its capacities a device may have 32.
 */
final class AmdAttributes {
  private final Attributes all = new Attributes();

  private AmdAttributes() {}

  /** Of any GPU, also of one that cannot be used. */
  static AmdAttributes of(PciAddress at, Optional<String> pcieRoot, OptionalInt numaNode) {
    AmdAttributes a = new AmdAttributes();
    a.all.text("acceld.dev/kind", Kind.GPU.id());
    a.all.text("acceld.dev/vendor", Vendor.AMD.id());
    a.all.text("type", "gpu");
    a.all.text("pciAddr", at.toString());
    a.all.text("resource.kubernetes.io/pciBusID", at.toString());
    a.all.text("resource.kubernetes.io/pcieRoot", pcieRoot);
    a.all.number("resource.kubernetes.io/numaNode", numaNode);
    return a;
  }

  /**
   * What it is.
   *
   * @param uuid as ROCm calls it; empty for a GPU that tells none
   */
  AmdAttributes product(String name, Optional<String> uuid, Optional<AmdSpecs> specs) {
    all.text("productName", name);
    all.text("uuid", uuid);
    specs.ifPresent(sheet -> {
      all.number("acceld.dev/bf16Teraflops", sheet.bf16Teraflops());
      all.number("acceld.dev/fp8Teraflops", sheet.fp8Teraflops());
      all.number("acceld.dev/int8Teraops", sheet.int8Teraops());
      all.number("memoryBandwidthGBps", sheet.bandwidthGbps());
    });
    return this;
  }

  /** What the compute driver says. */
  AmdAttributes compute(KfdNode node) {
    node.uniqueId().ifPresent(id -> all.text("deviceID", Long.toUnsignedString(id)));
    node.architecture()
        .ifPresent(name -> {
          all.text("architecture", name);
          all.text("family", AmdGeneration.family(name));
          all.text("acceld.dev/generation", AmdGeneration.of(name));
        });
    return this;
  }

  /**
   * How it is linked to others.
   *
   * @param hive the id of the group of GPUs that XGMI links, if it is in one
   * @param peers how many others of that group the host has
   * @param best the best that its PCIe link can be
   */
  AmdAttributes links(Optional<String> hive, int peers, Optional<PciLink> best) {
    all.text("acceld.dev/interconnect", hive.isPresent() ? "xgmi" : "pcie");
    hive.ifPresent(id -> {
      all.text("xgmiHive", id);
      all.number("xgmiPeers", peers);
    });
    if (best.isPresent() && best.get().generation() > 0) {
      all.number("pcieGeneration", best.get().generation());
      all.number("pcieWidth", best.get().lanes());
    }
    return this;
  }

  /** How its driver calls and divides it today. */
  AmdAttributes driver(
      Optional<String> version,
      Optional<String> source,
      OptionalInt card,
      OptionalInt render,
      Optional<String> partition) {
    all.version("driverVersion", version);
    all.text("driverSrcVersion", source);
    all.number("cardIndex", card);
    all.number("renderIndex", render);
    all.text("partitionProfile", partition);
    return this;
  }

  Map<String, AttributeValue> build() {
    return all.build();
  }
}
