package dev.acceld.probe.nvidia.mig;

import dev.acceld.probe.nvidia.nvml.NvmlReturn;

/** What a failed call about partitions means, for a person. */
final class MigFailures {
  private MigFailures() {}

  /** Whether the GPU or its driver has gone. */
  static boolean gone(NvmlReturn answer) {
    return answer == NvmlReturn.GPU_IS_LOST || answer.stale();
  }

  /** The call that failed, and the remedy where there is one. */
  static String describe(MigCallException e) {
    String remedy =
        switch (e.answer()) {
          case IN_USE -> "; a process uses the GPU or the partition (nvidia-smi lists it)";
          case NO_PERMISSION -> "; the agent needs root and the host's /dev/nvidia-caps for that";
          case INSUFFICIENT_RESOURCES -> "; its placement is taken (nvidia-smi mig -lgi)";
          case GPU_IS_LOST -> "; reboot the node";
          default -> "";
        };
    return e.getMessage() + remedy;
  }
}
