package dev.acceld.probe.nvidia.mig;

import com.sun.jna.Pointer;
import java.util.List;

/**
 * A GPU instance that exists.
 *
 * @param handle valid in the session in which it was read
 * @param id unique on the GPU
 * @param profile of which kind
 * @param start its first memory slice
 * @param computes its compute instances; without one it is of no use yet
 */
record MigInstance(Pointer handle, int id, MigProfile profile, int start, List<Compute> computes) {

  /**
   * A compute instance.
   *
   * @param handle valid in the session in which it was read
   * @param id unique in the GPU instance
   * @param slices compute slices
   * @param uuid {@code MIG-…}
   */
  record Compute(Pointer handle, int id, int slices, String uuid) {}

  MigInstance {
    computes = List.copyOf(computes);
  }

  boolean overlaps(int otherStart, int otherSize) {
    return start < otherStart + otherSize && otherStart < start + profile.size();
  }

  /** Whether it is one partition as a whole. */
  boolean undivided() {
    return computes.size() == 1 && computes.getFirst().slices() == profile.slices();
  }
}
