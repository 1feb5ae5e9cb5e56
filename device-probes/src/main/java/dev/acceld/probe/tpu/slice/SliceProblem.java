package dev.acceld.probe.tpu.slice;

import dev.acceld.probe.AccessRefusedException;

/** Says which member of a TpuConfig's slice cannot be done here. */
public final class SliceProblem {
  private SliceProblem() {}

  /**
   * For a claim that is refused.
   *
   * @param member {@code workers}, or empty for the slice as a whole
   * @param what what is wrong, and what to do
   */
  public static AccessRefusedException at(String member, String what) {
    return new AccessRefusedException(
        TpuConfigKind.KIND + " slice" + (member.isEmpty() ? "" : "." + member) + ": " + what);
  }
}
