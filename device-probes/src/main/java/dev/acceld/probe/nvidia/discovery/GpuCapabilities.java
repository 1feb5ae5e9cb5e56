package dev.acceld.probe.nvidia.discovery;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What else is known of a GPU; empty where the driver does not tell or the GPU has no such thing.
 *
 * @param module its place on the board, from 1
 * @param ecc whether ECC is on
 * @param migCapable whether it can be partitioned
 * @param gpm whether it has performance metrics without a profiler
 * @param c2c whether it hangs on its processor by a chip-to-chip link
 * @param links its NVLinks
 * @param fabric where it is in a fabric
 */
public record GpuCapabilities(
    OptionalInt module,
    Optional<Boolean> ecc,
    boolean migCapable,
    Optional<Boolean> gpm,
    Optional<Boolean> c2c,
    NvLinks links,
    Optional<Fabric> fabric) {
  public static final GpuCapabilities NONE =
      new GpuCapabilities(
          OptionalInt.empty(),
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          NvLinks.NONE,
          Optional.empty());
}
