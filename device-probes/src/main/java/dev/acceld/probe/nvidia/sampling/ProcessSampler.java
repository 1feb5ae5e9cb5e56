package dev.acceld.probe.nvidia.sampling;

import com.sun.jna.Memory;
import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Numbers;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;

/** Who computes on a GPU. The room for the answer grows with the most there ever were. */
final class ProcessSampler {
  private static final int ROOM_AT_FIRST = 32;
  private static final int ATTEMPTS = 3;

  private Memory processes = new Memory((long) ROOM_AT_FIRST * Layout.ProcessInfo.SIZE);

  void read(SampleContext turn, GpuHandle gpu) {
    boolean told = ask(turn, gpu, NvmlQuery.PROCESSES_V3);
    if (!told && gpu.unsupported.contains(NvmlQuery.PROCESSES_V3)) {
      told = ask(turn, gpu, NvmlQuery.PROCESSES_V2);
    }
    if (!told) {
      return;
    }
    int count = turn.out.getInt(0);
    double sum = 0; // of one that the driver cannot tell, nothing comes
    for (int i = 0; i < count; i++) {
      long at = (long) i * Layout.ProcessInfo.SIZE + Layout.ProcessInfo.MEMORY;
      sum += Numbers.unsigned64(processes, at);
    }
    turn.put(Metric.PROCESSES, count);
    turn.put(Metric.PROCESS_MEMORY, sum);
  }

  private boolean ask(SampleContext turn, GpuHandle gpu, NvmlQuery reading) {
    for (int attempt = 0; attempt < ATTEMPTS && turn.can(gpu, reading); attempt++) {
      int room = (int) (processes.size() / Layout.ProcessInfo.SIZE);
      turn.out.setInt(0, room);
      NvmlReturn answer = turn.nvml.get(reading.symbol, gpu.pointer, turn.out, processes);
      int count = turn.out.getInt(0);
      if (turn.good(gpu, reading, answer)) {
        return count >= 0 && count <= room;
      }
      if (answer != NvmlReturn.INSUFFICIENT_SIZE || count <= room || count > 1 << 16) {
        return false;
      }
      // Some more may come before the next call.
      processes = new Memory((count + ROOM_AT_FIRST) * (long) Layout.ProcessInfo.SIZE);
    }
    return false;
  }
}
