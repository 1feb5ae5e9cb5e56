package dev.acceld.probe.amd;

import dev.acceld.device.PciAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A GPU as the kernel's compute driver (KFD) describes it.
 *
 * @param gpuId how that driver numbers it; 0 when it is not told
 * @param at its PCI function
 * @param uniqueId 64 bits that are the GPU's alone; empty when it tells none
 * @param cpuCores of the same node: more than 0 for graphics that are part of a processor
 * @param simdUnits in all
 * @param simdPerComputeUnit 0 when it is not told
 * @param gfxVersion {@code 90402} for gfx942; 0 when it is not told
 * @param hive the id of the group of GPUs that XGMI links; 0 for a GPU that is in none, empty when
 *     it is not told
 * @param memoryBytes of its own
 */
record KfdNode(
    long gpuId,
    PciAddress at,
    OptionalLong uniqueId,
    long cpuCores,
    long simdUnits,
    long simdPerComputeUnit,
    long gfxVersion,
    OptionalLong hive,
    OptionalLong memoryBytes) {

  /** From the lines of its file {@code properties}; empty for a node that is no GPU on PCI. */
  static Optional<KfdNode> of(long gpuId, Map<String, Long> properties, OptionalLong memoryBytes) {
    Long location = properties.get("location_id");
    long simd = properties.getOrDefault("simd_count", 0L);
    if (location == null || simd <= 0) {
      return Optional.empty();
    }
    long domain = properties.getOrDefault("domain", 0L);
    if (domain < 0 || domain > 0xffff_ffffL) {
      return Optional.empty();
    }
    int bits = (int) (location & 0xffff); // above are partitions
    PciAddress at = new PciAddress(domain, bits >>> 8, bits >>> 3 & 0x1f, bits & 7);
    return Optional.of(
        new KfdNode(
            gpuId,
            at,
            number(properties, "unique_id", false),
            properties.getOrDefault("cpu_cores_count", 0L),
            simd,
            properties.getOrDefault("simd_per_cu", 0L),
            properties.getOrDefault("gfx_target_version", 0L),
            number(properties, "hive_id", true),
            memoryBytes));
  }

  private static OptionalLong number(Map<String, Long> properties, String name, boolean zero) {
    Long value = properties.get(name);
    return value == null || (value == 0 && !zero) ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** How many compute units it has. */
  OptionalInt computeUnits() {
    long units = simdPerComputeUnit > 0 ? simdUnits / simdPerComputeUnit : 0;
    return units > 0 && units <= Integer.MAX_VALUE
        ? OptionalInt.of((int) units)
        : OptionalInt.empty();
  }

  /**
   * The name of its instruction set, {@code gfx942}: major, minor and stepping, the last in hex.
   */
  Optional<String> architecture() {
    if (gfxVersion < 10_000 || gfxVersion >= 1_000_000) {
      return Optional.empty();
    }
    return Optional.of(
        "gfx" + gfxVersion / 10_000 + gfxVersion / 100 % 100 + Long.toHexString(gfxVersion % 100));
  }
}
