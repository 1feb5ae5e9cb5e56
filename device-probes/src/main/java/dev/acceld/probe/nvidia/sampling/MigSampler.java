package dev.acceld.probe.nvidia.sampling;

import com.sun.jna.Pointer;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import org.jspecify.annotations.Nullable;

/**
 * Samples partitions: memory, processes and, on Hopper and newer, the GPM of their GPU instance.
 * All else belongs to the GPU as a whole. A part of a GPU instance has no GPM: it could not be told
 * from its neighbours in the instance.
 */
final class MigSampler {
  private final SampleContext turn;
  private final GpmSampler gpm;
  private final ProcessSampler processes;

  /** With the memory of the whole GPUs' sample. */
  MigSampler(SampleContext turn, GpmSampler gpm, ProcessSampler processes) {
    this.turn = turn;
    this.gpm = gpm;
    this.processes = processes;
  }

  /** What there is of it; empty when it is not there any more. */
  Sample read(GpuHandle gpu, MigDevice device, MigDevice.Instance instance, long now) {
    turn.begin();
    GpuHandle part = gpu.parts.get(instance);
    if (part == null) {
      Pointer handle = find(gpu, instance);
      if (handle == null) {
        return Sample.EMPTY;
      }
      part = gpu.part(handle, device.name(), instance.gpuInstance());
      if (device.profile().matches("\\d+c\\..*")) {
        part.unsupported.add(NvmlQuery.GPM);
      }
      gpu.parts.put(instance, part);
      turn.begin(); // what was asked on the way is no reading
    }
    CallSampler.memory(turn, part);
    processes.read(turn, part, now);
    if (!turn.answered() || !turn.goesOn()) {
      // It was unmade, most likely, and its handle may come to stand for another.
      part.release(turn.nvml);
      gpu.parts.remove(instance);
      return Sample.EMPTY;
    }
    gpm.read(turn, part, now);
    return turn.goesOn() ? turn.values.build() : Sample.EMPTY;
  }

  private @Nullable Pointer find(GpuHandle gpu, MigDevice.Instance instance) {
    if (!turn.nvml.get(Symbol.MAX_MIG_DEVICES, gpu.pointer, turn.out).ok()) {
      return null;
    }
    int most = turn.out.getInt(0);
    for (int index = 0; index < most; index++) {
      NvmlReturn answer = turn.nvml.get(Symbol.MIG_DEVICE_BY_INDEX, gpu.pointer, index, turn.out);
      if (!answer.ok()) {
        continue; // places may be empty between others
      }
      Pointer handle = turn.out.getPointer(0);
      if (turn.nvml.get(Symbol.GPU_INSTANCE_ID, handle, turn.out).ok()
          && turn.out.getInt(0) == instance.gpuInstance()
          && turn.nvml.get(Symbol.COMPUTE_INSTANCE_ID, handle, turn.out).ok()
          && turn.out.getInt(0) == instance.computeInstance()) {
        return handle;
      }
    }
    return null;
  }
}
