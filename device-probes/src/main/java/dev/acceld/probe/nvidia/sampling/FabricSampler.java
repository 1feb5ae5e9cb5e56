package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Numbers;

/**
 * A GPU's place in its NVLink fabric; a struct of three versions, of which the oldest lacks health.
 */
final class FabricSampler {
  private static final int NOT_SUPPORTED = 0;
  private static final int COMPLETED = 3;

  /** All bits of its byte. */
  private static final int NO_SUMMARY = 0xff;

  /** Where each problem's two bits are in the mask: 0 not told, 1 so, 2 not so. */
  private static final int[] SHIFTS = {0, 2, 4, 6};

  private static final int CONFIGURATION_PART = 4;
  private static final int CONFIGURATION_SHIFT = 8;
  private static final int CONFIGURATION_WELL = 1;

  private FabricSampler() {}

  static void read(SampleContext turn, GpuHandle gpu) {
    boolean third = turn.ask(gpu, NvmlQuery.FABRIC_V3, Layout.FabricV.VERSION_3);
    boolean told = third;
    if (!told && gpu.unsupported.contains(NvmlQuery.FABRIC_V3)) {
      told = turn.ask(gpu, NvmlQuery.FABRIC_V2, Layout.FabricV.VERSION_2);
    }
    if (told) {
      if (state(turn, Layout.FabricV.STATE, Layout.FabricV.STATUS)) {
        int mask = turn.out.getInt(Layout.FabricV.HEALTH_MASK);
        if (!Numbers.absent(mask)) {
          health(turn, mask);
        }
        int summary = Byte.toUnsignedInt(turn.out.getByte(Layout.FabricV.HEALTH_SUMMARY));
        if (third && summary != 0 && summary != NO_SUMMARY) {
          turn.put(Metric.FABRIC_HEALTH, summary);
        }
      }
    } else if (gpu.unsupported.contains(NvmlQuery.FABRIC_V2) && turn.ask(gpu, NvmlQuery.FABRIC)) {
      state(turn, Layout.Fabric.STATE, Layout.Fabric.STATUS);
    }
  }

  /** False when the GPU has no fabric. */
  private static boolean state(SampleContext turn, int stateAt, int statusAt) {
    int state = Byte.toUnsignedInt(turn.out.getByte(stateAt));
    if (state == NOT_SUPPORTED) {
      return false;
    }
    turn.put(Metric.FABRIC_STATE, state);
    if (state == COMPLETED) {
      turn.put(Metric.FABRIC_STATUS, turn.unsigned(statusAt));
    }
    return true;
  }

  private static void health(SampleContext turn, int mask) {
    for (int part = 0; part < SHIFTS.length; part++) {
      int word = mask >> SHIFTS[part] & 3;
      if (word == 1 || word == 2) {
        turn.put(Metric.FABRIC_PROBLEM, part, word == 1 ? 1 : 0);
      }
    }
    int configuration = mask >> CONFIGURATION_SHIFT & 0xf;
    if (configuration != 0) {
      boolean wrong = configuration != CONFIGURATION_WELL;
      turn.put(Metric.FABRIC_PROBLEM, CONFIGURATION_PART, wrong ? 1 : 0);
    }
  }
}
