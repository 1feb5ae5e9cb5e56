package dev.acceld.probe.nvidia.sampling;

import com.sun.jna.Memory;
import dev.acceld.device.process.ProcessUse;
import dev.acceld.probe.nvidia.nvml.Numbers;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.ProcessLayout.ProcessUtilization;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How busy each process keeps a GPU. The driver lists those only that used something since the last
 * look; it knows nothing of partitions.
 */
final class ProcessUtilizationSampler {
  private static final int ROOM_AT_FIRST = 128;
  private static final int MOST = 1 << 16;
  private static final int ATTEMPTS = 3;
  private static final double PERCENT = 100;

  private Memory samples = new Memory((long) ROOM_AT_FIRST * ProcessUtilization.SIZE);

  /** By process, without the idle ones; null when it is not told. */
  @Nullable Map<Integer, ProcessUse> read(SampleContext turn, GpuHandle gpu) {
    if (gpu.whole != null) {
      return null;
    }
    NvmlQuery query = NvmlQuery.PROCESS_UTILIZATION;
    for (int attempt = 0; attempt < ATTEMPTS && turn.can(gpu, query); attempt++) {
      int room = (int) (samples.size() / ProcessUtilization.SIZE);
      turn.out.setInt(0, room);
      NvmlReturn answer =
          turn.nvml.processUtilization(gpu.pointer, samples, turn.out, gpu.processes.lastSeen);
      int count = turn.out.getInt(0);
      if (turn.good(gpu, query, answer)) {
        return count >= 0 && count <= room ? take(gpu, count) : null;
      }
      if (answer == NvmlReturn.NOT_FOUND) {
        return Map.of();
      }
      if (answer != NvmlReturn.INSUFFICIENT_SIZE || count <= room || count > MOST) {
        return null;
      }
      samples = new Memory((count + ROOM_AT_FIRST) * (long) ProcessUtilization.SIZE);
    }
    return null;
  }

  private Map<Integer, ProcessUse> take(GpuHandle gpu, int count) {
    Map<Integer, ProcessUse> uses = new HashMap<>();
    Map<Integer, Long> times = new HashMap<>();
    for (int i = 0; i < count; i++) {
      long at = (long) i * ProcessUtilization.SIZE;
      int pid = samples.getInt(at + ProcessUtilization.PID);
      long time = samples.getLong(at + ProcessUtilization.TIME);
      if (pid > 0 && time >= times.getOrDefault(pid, Long.MIN_VALUE)) {
        times.put(pid, time);
        uses.put(
            pid,
            new ProcessUse(
                share(at + ProcessUtilization.SM),
                share(at + ProcessUtilization.MEMORY),
                share(at + ProcessUtilization.ENCODER),
                share(at + ProcessUtilization.DECODER)));
        gpu.processes.lastSeen = Math.max(gpu.processes.lastSeen, time);
      }
    }
    return uses;
  }

  private double share(long at) {
    double percent = Numbers.unsigned32(samples, at);
    return percent <= PERCENT ? percent / PERCENT : Double.NaN;
  }
}
