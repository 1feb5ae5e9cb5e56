package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Kind;
import dev.acceld.device.SemanticVersion;
import dev.acceld.device.Vendor;
import dev.acceld.host.PciLink;
import java.util.HashMap;
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
  private static final int MOST_BYTES = 64;

  private final Map<String, AttributeValue> all = new HashMap<>();

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
    a.text("acceld.dev/kind", Optional.of(Kind.GPU.id()));
    a.text("acceld.dev/vendor", Optional.of(Vendor.NVIDIA.id()));
    a.text(
        "acceld.dev/generation",
        gpu.architecture().map(name -> name.toLowerCase(Locale.ROOT).replace(' ', '-')));
    a.text("acceld.dev/interconnect", Optional.of(place.isPresent() ? "nvlink" : "pcie"));
    a.text("type", Optional.of("gpu"));
    a.text("uuid", Optional.of(gpu.uuid()));
    a.text("productName", Optional.of(gpu.model()));
    a.text("brand", gpu.brand());
    a.text("architecture", gpu.architecture());
    a.text("addressingMode", gpu.addressingMode());
    a.version("cudaComputeCapability", gpu.computeCapability());
    a.version("driverVersion", Optional.of(versions.driver()));
    a.version("cudaDriverVersion", versions.cuda());
    a.text("resource.kubernetes.io/pciBusID", gpu.pci().map(Object::toString));
    a.text("resource.kubernetes.io/pcieRoot", pcieRoot);
    a.number("resource.kubernetes.io/numaNode", numaNode);
    a.link(link);
    a.traits(gpu.traits(), place);
    a.sheet(gpu.model());
    return a.all;
  }

  private void link(Optional<PciLink> link) {
    if (link.isPresent() && link.get().generation() > 0) {
      number("pcieGeneration", OptionalInt.of(link.get().generation()));
      number("pcieWidth", OptionalInt.of(link.get().lanes()));
    }
  }

  private void traits(GpuCapabilities traits, Optional<NvLinkTopology.Place> place) {
    number("gpuModuleID", traits.module());
    flag("eccEnabled", traits.ecc());
    flag("migCapable", Optional.of(traits.migCapable()));
    flag("gpmSupported", traits.gpm());
    flag("c2c", traits.c2c());
    text("fabricClique", traits.fabric().flatMap(Fabric::cliqueName));
    if (place.isPresent()) {
      text("nvlinkDomain", Optional.of(place.get().domain()));
      number("nvlinkPeers", OptionalInt.of(place.get().peers()));
      number("nvlinkCount", OptionalInt.of(traits.links().count()));
    }
  }

  private void sheet(String product) {
    Optional<GpuSpecs> sheet = GpuSpecs.of(product);
    if (sheet.isPresent()) {
      number("acceld.dev/bf16Teraflops", sheet.get().bf16Teraflops());
      number("acceld.dev/int8Teraops", sheet.get().int8Teraops());
      number("acceld.dev/fp8Teraflops", sheet.get().fp8Teraflops());
      number("memoryBandwidthGBps", OptionalInt.of(sheet.get().bandwidth()));
    }
  }

  private void text(String name, Optional<String> value) {
    value.ifPresent(v -> all.put(name, AttributeValue.of(cut(v))));
  }

  private void flag(String name, Optional<Boolean> value) {
    value.ifPresent(v -> all.put(name, AttributeValue.of(v)));
  }

  private void number(String name, OptionalInt value) {
    if (value.isPresent()) {
      all.put(name, AttributeValue.of(value.getAsInt()));
    }
  }

  private void version(String name, Optional<String> value) {
    value
        .flatMap(SemanticVersion::normalise)
        .ifPresent(v -> all.put(name, AttributeValue.version(v)));
  }

  /** The API server takes 64 bytes; what NVML tells is ASCII here. */
  private static String cut(String text) {
    return text.length() > MOST_BYTES ? text.substring(0, MOST_BYTES) : text;
  }
}
