package dev.acceld.probe.nvidia.sampling;

import com.sun.jna.Memory;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Numbers;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;

/**
 * One GPU's turn in a sample: the calls that are made, what they answered, and what came of it. A
 * call that fails costs its own reading; one that says that the GPU is lost ends the turn, for the
 * rest could take a time-out each. Used again for the next GPU; its memory is allocated once.
 */
final class SampleContext {
  final Nvml nvml;
  final Memory out = new Memory(Layout.room(Layout.SramStatus.SIZE));
  final Memory second = new Memory(8);
  final Sample.Builder values = new Sample.Builder();

  private boolean answered;
  private boolean stale;
  private boolean resetRequired;
  private String lost = "";

  SampleContext(Nvml nvml) {
    this.nvml = nvml;
  }

  void begin() {
    values.clear();
    answered = false;
    stale = false;
    resetRequired = false;
    lost = "";
  }

  /** The call that succeeds on a dead GPU too does not count as an answer. */
  void forgetAnswer() {
    answered = false;
  }

  /** Whether any call was answered. */
  boolean answered() {
    return answered;
  }

  boolean stale() {
    return stale;
  }

  boolean resetRequired() {
    return resetRequired;
  }

  String lost() {
    return lost;
  }

  boolean goesOn() {
    return lost.isEmpty() && !stale;
  }

  boolean can(GpuHandle gpu, NvmlQuery reading) {
    return goesOn() && !gpu.unsupported.contains(reading);
  }

  boolean good(GpuHandle gpu, NvmlQuery reading, NvmlReturn answer) {
    note(answer, reading.symbol.function());
    if (answer.never()) {
      gpu.unsupported.add(reading);
    }
    return answer.ok();
  }

  void note(NvmlReturn answer, String call) {
    switch (answer) {
      case SUCCESS -> answered = true;
      case GPU_IS_LOST -> lost = call + " says that the GPU is lost";
      case RESET_REQUIRED -> resetRequired = true;
      default -> stale |= answer.stale();
    }
  }

  /** Asks for one thing that fills {@link #out}. */
  boolean ask(GpuHandle gpu, NvmlQuery reading) {
    return can(gpu, reading)
        && good(
            gpu,
            reading,
            reading.selector == NvmlQuery.NONE
                ? nvml.get(reading.symbol, gpu.pointer, out)
                : nvml.get(reading.symbol, gpu.pointer, reading.selector, out));
  }

  /** The same with a struct that begins with its version; the rest of it is cleared first. */
  boolean ask(GpuHandle gpu, NvmlQuery reading, int version) {
    out.clear();
    out.setInt(0, version);
    return ask(gpu, reading);
  }

  /** A 32-bit result; NaN when there is none. */
  double number(GpuHandle gpu, NvmlQuery reading) {
    return ask(gpu, reading) ? unsigned(0) : Double.NaN;
  }

  void put(Metric metric, double value) {
    put(metric, 0, value);
  }

  void put(Metric metric, int part, double value) {
    if (ReadingValidator.check(metric, value)) {
      values.put(metric, part, value);
    }
  }

  double unsigned(int offset) {
    return Numbers.unsigned32(out, offset);
  }

  double signed(int offset) {
    return Numbers.signed32(out, offset);
  }

  double wide(int offset) {
    return Numbers.unsigned64(out, offset);
  }
}
