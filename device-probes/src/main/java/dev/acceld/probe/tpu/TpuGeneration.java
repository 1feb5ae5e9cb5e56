package dev.acceld.probe.tpu;

import dev.acceld.host.PciFunction;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The TPU generations, told apart by PCI device id as Google's tpu-info does. Memory is that of the
 * whole chip by the product pages.
 */
enum TpuGeneration {
  V2("v2", "v2", 0x0027, 0x004e, 16, 2, 1, false),
  V3("v3", "v3", 0x0027, 0x004f, 32, 2, 1, false),
  V4("v4", "v4", 0x005e, -1, 32, 2, 1, false),
  V5E("v5e", "v5litepod", 0x0063, -1, 16, 1, 1, true),
  V5P("v5p", "v5p", 0x0062, -1, 95, 2, 1, true),
  V6E("v6e", "v6e", 0x006f, -1, 32, 1, 1, true),
  TPU7X("tpu7x", "tpu7x", 0x0076, -1, 192, 2, 2, true),
  /** A processing accelerator of Google's that is newer than this table. */
  UNKNOWN("unknown", "unknown", -1, -1, -1, 0, 1, true);

  static final int GOOGLE = 0x1ae0;

  /** NVMe, gVNIC, Pixel: Google's too, and no TPUs. */
  private static final Set<Integer> OTHERS = Set.of(0x001f, 0x0042, 0xabcd);

  private static final int PROCESSING_ACCELERATOR = 0x12;

  /** As people call it. */
  final String id;

  /** As Google's driver publishes it in {@code tpuGen}. */
  final String published;

  /** TensorCores of a chip; 0 when unknown. */
  final int cores;

  /** PCI functions of a chip, each with an IOMMU group of its own. */
  final int functions;

  /** True when it is used through VFIO, false when through {@code /dev/accelN}. */
  final boolean vfio;

  private final int device;
  private final int subsystem;
  private final int memoryGib;

  TpuGeneration(
      String id,
      String published,
      int device,
      int subsystem,
      int memoryGib,
      int cores,
      int functions,
      boolean vfio) {
    this.id = id;
    this.published = published;
    this.device = device;
    this.subsystem = subsystem;
    this.memoryGib = memoryGib;
    this.cores = cores;
    this.functions = functions;
    this.vfio = vfio;
  }

  OptionalLong memoryBytes() {
    return memoryGib < 0 ? OptionalLong.empty() : OptionalLong.of((long) memoryGib << 30);
  }

  /** The generation of a function of Google's; empty when it is no TPU. */
  static Optional<TpuGeneration> of(PciFunction function) {
    if (OTHERS.contains(function.device())) {
      return Optional.empty();
    }
    for (TpuGeneration each : values()) {
      if (each.device == function.device()
          && (each.subsystem < 0 || each.subsystem == function.subsystemDevice().orElse(-1))) {
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
