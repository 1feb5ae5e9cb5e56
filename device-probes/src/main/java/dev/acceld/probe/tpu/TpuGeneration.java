package dev.acceld.probe.tpu;

import dev.acceld.host.PciFunction;
import dev.acceld.probe.tpu.runtime.Endpoint;
import dev.acceld.probe.tpu.shape.Shape;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** The TPU generations, told apart by PCI device id as Google's tpu-info does. */
enum TpuGeneration {
  V2("v2", "v2", id(0x0027, 0x004e), new TpuSpecs(16, 2, 0, 0, 0, 0, 4), Wiring.PLANE, 1, false),
  V3("v3", "v3", id(0x0027, 0x004f), new TpuSpecs(32, 2, 0, 123, 0, 0, 4), Wiring.PLANE, 1, false),
  V4("v4", "v4", id(0x005e), new TpuSpecs(32, 2, 4, 275, 275, 0, 6), Wiring.SPACE, 1, false),
  V5E(
      "v5e",
      "v5litepod",
      id(0x0063),
      new TpuSpecs(16, 1, 0, 197, 393, 0, 4),
      Wiring.PLANE,
      1,
      true),
  V5P("v5p", "v5p", id(0x0062), new TpuSpecs(95, 2, 4, 459, 918, 459, 6), Wiring.SPACE, 1, true),
  V6E("v6e", "v6e", id(0x006f), new TpuSpecs(32, 1, 2, 918, 1836, 918, 4), Wiring.PLANE, 1, true),
  TPU7X(
      "tpu7x",
      "tpu7x",
      id(0x0076),
      new TpuSpecs(192, 2, 4, 2307, 0, 4614, 6),
      Wiring.SPACE,
      2,
      true),
  /** A processing accelerator of Google's that is newer than this table. */
  UNKNOWN("unknown", "unknown", id(-1), TpuSpecs.UNKNOWN, Wiring.PLANE, 1, true);

  /** How the chips of a slice are wired. */
  enum Wiring {
    /** A two-dimensional torus. */
    PLANE,
    /** A three-dimensional torus. */
    SPACE
  }

  static final int GOOGLE = 0x1ae0;

  /** NVMe, gVNIC, Pixel: Google's too, and no TPUs. */
  private static final Set<Integer> OTHERS = Set.of(0x001f, 0x0042, 0xabcd);

  private static final int PROCESSING_ACCELERATOR = 0x12;

  /** As people call it. */
  final String id;

  /** As Google's driver publishes it in {@code tpuGen}. */
  final String published;

  /** What the product pages say of a chip. */
  final TpuSpecs specs;

  final Wiring wiring;

  /** PCI functions of a chip, each with an IOMMU group of its own. */
  final int functions;

  /** True when it is used through VFIO, false when through {@code /dev/accelN}. */
  final boolean vfio;

  private final PciIds pci;

  /** A PCI device id, and the subsystem's where several generations share the former. */
  private record PciIds(int device, int subsystem) {}

  private static PciIds id(int device) {
    return new PciIds(device, -1);
  }

  private static PciIds id(int device, int subsystem) {
    return new PciIds(device, subsystem);
  }

  TpuGeneration(
      String id,
      String published,
      PciIds pci,
      TpuSpecs specs,
      Wiring wiring,
      int functions,
      boolean vfio) {
    this.id = id;
    this.published = published;
    this.pci = pci;
    this.specs = specs;
    this.wiring = wiring;
    this.functions = functions;
    this.vfio = vfio;
  }

  /** What accelerator types begin with; empty when it is not known. */
  Optional<String> typePrefix() {
    return this == UNKNOWN ? Optional.empty() : Optional.of(published);
  }

  /**
   * How many devices JAX counts for a chip: one for each TensorCore, except where both work as one
   * (v5p; v4 only with an accelerator type, as libtpu 0.0.52 describes it, which a host of a larger
   * slice may lack). Empty when it is not known.
   */
  OptionalInt jaxDevices() {
    return switch (this) {
      case V2, V3, TPU7X -> OptionalInt.of(2);
      case V5E, V5P, V6E -> OptionalInt.of(1);
      case V4, UNKNOWN -> OptionalInt.empty();
    };
  }

  /**
   * The ports on which libtpu serves the metrics of that many chips, as GKE's device plugin sets
   * them: one for each PCI function.
   */
  IntStream metricsPorts(int chips) {
    return IntStream.range(0, chips * functions).map(i -> Endpoint.DEFAULT_PORT + i);
  }

  /** A shape as GKE writes it for this generation. */
  String topology(Shape shape) {
    return shape.topology(wiring == Wiring.SPACE);
  }

  /** The generation of a function of Google's; empty when it is no TPU. */
  static Optional<TpuGeneration> of(PciFunction function) {
    if (OTHERS.contains(function.device())) {
      return Optional.empty();
    }
    for (TpuGeneration each : values()) {
      if (each.pci.device == function.device()
          && (each.pci.subsystem < 0
              || each.pci.subsystem == function.subsystemDevice().orElse(-1))) {
        return Optional.of(each);
      }
    }
    return function.baseClass() == PROCESSING_ACCELERATOR ? Optional.of(UNKNOWN) : Optional.empty();
  }

  /** By what {@link dev.acceld.device.TpuChip#generation} says. */
  static TpuGeneration byId(String id) {
    for (TpuGeneration each : values()) {
      if (each.id.equals(id)) {
        return each;
      }
    }
    return UNKNOWN;
  }
}
