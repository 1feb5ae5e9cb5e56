package dev.acceld.probe.tpu;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Attributes;
import dev.acceld.device.Capacity;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.tpu.host.HostFacts;
import dev.acceld.probe.tpu.shape.Shape;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The attributes of a chip or of a block of chips. Those of Google's own DRA driver have its names;
 * what is not known is left out. The table in {@code daemonset/TPU.md} is the budget: with its
 * capacities a device may have 32.
 */
final class TpuAttributes {
  private final Attributes all = new Attributes();

  private TpuAttributes() {}

  /**
   * What chips and blocks have in common.
   *
   * @param chips how many it is
   * @param onHost how many the host has
   */
  static TpuAttributes of(
      String type, TpuGeneration generation, int chips, int onHost, HostFacts facts) {
    TpuAttributes a = new TpuAttributes();
    a.all.text("type", type);
    a.all.text("tpuGen", generation.published);
    a.all.text("brand", "Google");
    a.all.text("acceld.dev/kind", Kind.TPU.id());
    a.all.text("acceld.dev/vendor", Vendor.GOOGLE.id());
    a.all.text("acceld.dev/generation", generation.id);
    a.all.text("acceld.dev/interconnect", "ici");
    a.all.number("chips", chips);
    a.all.number("chipCount", onHost);
    TpuSpecs specs = generation.specs;
    a.all.number("acceld.dev/bf16Teraflops", TpuSpecs.of(specs.bf16(), chips));
    a.all.number("acceld.dev/int8Teraops", TpuSpecs.of(specs.int8(), chips));
    a.all.number("acceld.dev/fp8Teraflops", TpuSpecs.of(specs.fp8(), chips));
    a.all.number("tensorCores", TpuSpecs.of(specs.tensorCores(), chips));
    a.all.number("sparseCores", TpuSpecs.of(specs.sparseCores(), chips));
    a.all.text("accelerator", facts.accelerator());
    a.all.text("topology", facts.topology().map(generation::topology));
    a.all.text("machineType", facts.machineType());
    a.all.text("sliceName", facts.sliceName());
    a.all.number("workerId", facts.workerId());
    return a;
  }

  /** The block that it is. */
  TpuAttributes shape(TpuGeneration generation, Shape shape, boolean wholeHost) {
    all.text("shape", generation.topology(shape));
    all.flag("wholeHost", wholeHost);
    return this;
  }

  /** What only a single chip has. */
  TpuAttributes chip(
      TpuGeneration generation, PciFunction first, int index, Optional<int[]> coordinates) {
    all.number("index", index);
    all.number("iciLinks", TpuSpecs.of(generation.specs.iciLinks(), 1));
    all.text("driver", first.driver());
    all.text("resource.kubernetes.io/pciBusID", first.address().toString());
    coordinates.ifPresent(c ->
        all.text(
            "coordinates",
            c[0]
                + ","
                + c[1]
                + (generation.wiring == TpuGeneration.Wiring.SPACE ? "," + c[2] : "")));
    return this;
  }

  /** Where it is on the host. */
  TpuAttributes place(Optional<String> pcieRoot, OptionalInt numaNode) {
    all.text("resource.kubernetes.io/pcieRoot", pcieRoot);
    all.number("resource.kubernetes.io/numaNode", numaNode);
    return this;
  }

  Map<String, AttributeValue> build() {
    return all.build();
  }

  static Map<String, Capacity> memory(OptionalLong bytes) {
    return bytes.isPresent() ? Map.of("memory", new Capacity(bytes.getAsLong())) : Map.of();
  }
}
