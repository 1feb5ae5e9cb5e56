package dev.acceld.probe.nvidia.sampling;

import com.sun.jna.Memory;
import dev.acceld.device.Metric;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.device.process.DeviceProcess.Kind;
import dev.acceld.device.process.ProcessUse;
import dev.acceld.probe.nvidia.nvml.Numbers;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.ProcessLayout.ProcessInfo;
import dev.acceld.probe.nvidia.nvml.ProcessLayout.ProcessInfoV1;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who uses a GPU or a partition: those that compute at each sample, those that draw and how busy
 * each is now and then. The room for the answer grows with the most there ever were.
 */
final class ProcessSampler {
  private static final int ROOM_AT_FIRST = 32;
  private static final int ATTEMPTS = 3;
  private static final long UNKNOWN = -1;

  private static final List<NvmlQuery> COMPUTE =
      List.of(NvmlQuery.PROCESSES_V3, NvmlQuery.PROCESSES_V2, NvmlQuery.PROCESSES_V1);
  private static final List<NvmlQuery> GRAPHICS =
      List.of(NvmlQuery.GRAPHICS_V3, NvmlQuery.GRAPHICS_V2, NvmlQuery.GRAPHICS_V1);

  private final ProcessUtilizationSampler utilization = new ProcessUtilizationSampler();
  private final long slowEvery;
  private Memory processes = new Memory((long) ROOM_AT_FIRST * ProcessInfo.SIZE);
  private @Nullable List<DeviceProcess> found;

  ProcessSampler(long slowEvery) {
    this.slowEvery = slowEvery;
  }

  /** What was read of a GPU when all was read. */
  static final class Known {
    private Map<Integer, Long> graphics = Map.of();
    private @Nullable Map<Integer, ProcessUse> uses;
    private boolean read;
    private long readAt;
    long lastSeen; // microseconds, of the newest utilization
  }

  /** Those of the last {@link #read}; empty when they could not be learned. */
  Optional<List<DeviceProcess>> found() {
    return Optional.ofNullable(found);
  }

  void read(SampleContext turn, GpuHandle gpu, long now) {
    found = null;
    Map<Integer, Long> compute = list(turn, gpu, COMPUTE);
    if (compute == null) {
      return;
    }
    Known known = gpu.processes;
    if (!known.read || now - known.readAt >= slowEvery) {
      Map<Integer, Long> graphics = list(turn, gpu, GRAPHICS);
      known.graphics = graphics == null ? Map.of() : graphics;
      known.uses = utilization.read(turn, gpu);
      known.read = turn.goesOn();
      known.readAt = now;
    }
    found = merge(compute, known.graphics, known.uses);
  }

  private static List<DeviceProcess> merge(
      Map<Integer, Long> compute,
      Map<Integer, Long> graphics,
      @Nullable Map<Integer, ProcessUse> uses) {
    Map<Integer, Long> all = new TreeMap<>(compute);
    // Memory that both lists tell of is the same memory.
    graphics.forEach((pid, bytes) -> all.merge(pid, bytes, (a, b) -> a == UNKNOWN ? b : a));
    List<DeviceProcess> merged = new ArrayList<>(all.size());
    all.forEach((pid, bytes) -> {
      Kind kind =
          !graphics.containsKey(pid)
              ? Kind.COMPUTE
              : compute.containsKey(pid) ? Kind.COMPUTE_AND_GRAPHICS : Kind.GRAPHICS;
      merged.add(
          new DeviceProcess(
              pid,
              kind,
              bytes == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(bytes),
              uses == null ? ProcessUse.UNKNOWN : uses.getOrDefault(pid, ProcessUse.IDLE)));
    });
    return List.copyOf(merged);
  }

  /** Memory by process; null when it is not told. Notes what the list of those that compute is. */
  private @Nullable Map<Integer, Long> list(
      SampleContext turn, GpuHandle gpu, List<NvmlQuery> forms) {
    for (NvmlQuery form : forms) {
      int count = ask(turn, gpu, form);
      if (count >= 0) {
        return take(turn, gpu, form, count);
      }
      if (!gpu.unsupported.contains(form)) {
        return null;
      }
    }
    return null;
  }

  private Map<Integer, Long> take(SampleContext turn, GpuHandle gpu, NvmlQuery form, int count) {
    boolean old = form == NvmlQuery.PROCESSES_V1 || form == NvmlQuery.GRAPHICS_V1;
    int size = old ? ProcessInfoV1.SIZE : ProcessInfo.SIZE;
    Map<Integer, Long> memory = new TreeMap<>();
    double sum = 0; // of one that the driver cannot tell, nothing comes
    for (int i = 0; i < count; i++) {
      long at = (long) i * size;
      int pid = processes.getInt(at + ProcessInfo.PID);
      sum += Numbers.unsigned64(processes, at + ProcessInfo.MEMORY);
      long bytes = Math.max(UNKNOWN, processes.getLong(at + ProcessInfo.MEMORY));
      // One that runs on a partition is told of by that partition.
      boolean onPart =
          !old
              && gpu.whole == null
              && !Numbers.absent(processes.getInt(at + ProcessInfo.GPU_INSTANCE));
      if (pid > 0 && !onPart) {
        memory.merge(pid, bytes, (a, b) -> a == UNKNOWN || b == UNKNOWN ? UNKNOWN : a + b);
      }
    }
    if (COMPUTE.contains(form)) {
      turn.put(Metric.PROCESSES, count);
      turn.put(Metric.PROCESS_MEMORY, sum);
    }
    return memory;
  }

  /** How many there are now in the memory, or -1 when it is not told. */
  private int ask(SampleContext turn, GpuHandle gpu, NvmlQuery reading) {
    for (int attempt = 0; attempt < ATTEMPTS && turn.can(gpu, reading); attempt++) {
      int room = (int) (processes.size() / ProcessInfo.SIZE);
      turn.out.setInt(0, room);
      NvmlReturn answer = turn.nvml.get(reading.symbol, gpu.pointer, turn.out, processes);
      int count = turn.out.getInt(0);
      if (turn.good(gpu, reading, answer)) {
        return count <= room ? count : -1;
      }
      if (answer != NvmlReturn.INSUFFICIENT_SIZE || count <= room || count > 1 << 16) {
        return -1;
      }
      // Some more may come before the next call.
      processes = new Memory((count + ROOM_AT_FIRST) * (long) ProcessInfo.SIZE);
    }
    return -1;
  }
}
