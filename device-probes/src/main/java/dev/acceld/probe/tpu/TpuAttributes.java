package dev.acceld.probe.tpu;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.tpu.host.HostFacts;
import dev.acceld.probe.tpu.shape.Shape;
import java.util.HashMap;
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
  private static final int MOST_BYTES = 64;

  private final Map<String, AttributeValue> all = new HashMap<>();

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
    a.text("type", type);
    a.text("tpuGen", generation.published);
    a.text("brand", "Google");
    a.text("acceld.dev/kind", Kind.TPU.id());
    a.text("acceld.dev/vendor", Vendor.GOOGLE.id());
    a.text("acceld.dev/generation", generation.id);
    a.text("acceld.dev/interconnect", "ici");
    a.number("chips", OptionalInt.of(chips));
    a.number("chipCount", OptionalInt.of(onHost));
    TpuSpecs specs = generation.specs;
    a.number("acceld.dev/bf16Teraflops", TpuSpecs.of(specs.bf16(), chips));
    a.number("acceld.dev/int8Teraops", TpuSpecs.of(specs.int8(), chips));
    a.number("acceld.dev/fp8Teraflops", TpuSpecs.of(specs.fp8(), chips));
    a.number("tensorCores", TpuSpecs.of(specs.tensorCores(), chips));
    a.number("sparseCores", TpuSpecs.of(specs.sparseCores(), chips));
    facts.accelerator().ifPresent(text -> a.text("accelerator", text));
    facts.topology().ifPresent(topology -> a.text("topology", generation.topology(topology)));
    facts.machineType().ifPresent(text -> a.text("machineType", text));
    facts.sliceName().ifPresent(text -> a.text("sliceName", text));
    a.number("workerId", facts.workerId());
    return a;
  }

  /** The block that it is. */
  TpuAttributes shape(TpuGeneration generation, Shape shape, boolean wholeHost) {
    text("shape", generation.topology(shape));
    all.put("wholeHost", AttributeValue.of(wholeHost));
    return this;
  }

  /** What only a single chip has. */
  TpuAttributes chip(
      TpuGeneration generation, PciFunction first, int index, Optional<int[]> coordinates) {
    number("index", OptionalInt.of(index));
    number("iciLinks", TpuSpecs.of(generation.specs.iciLinks(), 1));
    first.driver().ifPresent(driver -> text("driver", driver));
    text("resource.kubernetes.io/pciBusID", first.address().toString());
    coordinates.ifPresent(c ->
        text(
            "coordinates",
            c[0]
                + ","
                + c[1]
                + (generation.wiring == TpuGeneration.Wiring.SPACE ? "," + c[2] : "")));
    return this;
  }

  /** Where it is on the host. */
  TpuAttributes place(Optional<String> pcieRoot, OptionalInt numaNode) {
    pcieRoot.ifPresent(root -> text("resource.kubernetes.io/pcieRoot", root));
    number("resource.kubernetes.io/numaNode", numaNode);
    return this;
  }

  Map<String, AttributeValue> build() {
    return all;
  }

  static Map<String, Capacity> memory(OptionalLong bytes) {
    return bytes.isPresent() ? Map.of("memory", new Capacity(bytes.getAsLong())) : Map.of();
  }

  private void text(String name, String value) {
    all.put(name, AttributeValue.of(cut(value)));
  }

  private void number(String name, OptionalInt value) {
    if (value.isPresent()) {
      all.put(name, AttributeValue.of((long) value.getAsInt()));
    }
  }

  /** The API server takes 64 bytes of ASCII; sources outside the host may say anything. */
  private static String cut(String text) {
    String ascii = text.replaceAll("[^\\x20-\\x7e]", "?");
    return ascii.length() > MOST_BYTES ? ascii.substring(0, MOST_BYTES) : ascii;
  }
}
