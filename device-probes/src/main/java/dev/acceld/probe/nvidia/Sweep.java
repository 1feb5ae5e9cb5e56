package dev.acceld.probe.nvidia;

import com.sun.jna.Memory;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.probe.nvidia.nvml.FieldValues;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;

/**
 * Reads one GPU after another, some eleven calls each. A call that fails costs its own reading; one
 * that says the GPU is lost ends this GPU's turn, for the rest could take a time-out each. After
 * {@link #read} the other methods tell what was noticed on the way. Memory is allocated once.
 *
 * <p>{@code nvmlDeviceGetPcieThroughput} is not used: it blocks for 20 ms. The byte counters of
 * fields 197 and 198 cost nothing.
 */
final class Sweep {
  /** After so many sweeps of nothing but errors a GPU counts as lost. */
  static final int FRUITLESS = 10;

  private static final double MEGA = 1e6;
  private static final double PERCENT = 100;
  private static final int VOLATILE = 0;
  private static final int ALL_BITS = -1;

  private final Nvml nvml;
  private final FieldValues fields = new FieldValues(Field.ALL.length);
  private final Memory out = new Memory(64);
  private final Memory second = new Memory(8);

  private final Sample.Builder values = new Sample.Builder();
  private boolean answered;
  private boolean stale;
  private boolean resetRequired;
  private int action;
  private String lost = "";

  Sweep(Nvml nvml) {
    this.nvml = nvml;
  }

  /** Reads what this GPU has. */
  Sample read(GpuHandle gpu) {
    values.clear();
    answered = false;
    stale = false;
    resetRequired = false;
    action = -1;
    lost = "";
    batch(gpu);
    utilization(gpu);
    memory(gpu);
    temperature(gpu);
    put(Metric.SM_CLOCK, number(gpu, Reading.SM_CLOCK) * MEGA);
    put(Metric.MEMORY_CLOCK, number(gpu, Reading.MEMORY_CLOCK) * MEGA);
    put(Metric.PCIE_GENERATION, number(gpu, Reading.PCIE_GENERATION));
    put(Metric.PCIE_WIDTH, number(gpu, Reading.PCIE_WIDTH));
    insteadOfFields(gpu);
    gpu.fruitless = answered || isLost() ? 0 : gpu.fruitless + 1;
    if (gpu.fruitless >= FRUITLESS) {
      gpu.fruitless = FRUITLESS;
      lost = "no call has been answered in " + FRUITLESS + " samples";
    }
    return values.build();
  }

  /** True when the GPU answered something and did not say that it was lost. */
  boolean answered() {
    return answered && !isLost();
  }

  boolean isLost() {
    return !lost.isEmpty();
  }

  /** What made it lost. */
  String lostDetail() {
    return lost;
  }

  /** True when the library must be loaded anew. */
  boolean stale() {
    return stale;
  }

  /**
   * What has to be done to the GPU (field 230), or -1 when nobody can tell. A driver without that
   * field still says {@code RESET_REQUIRED}, which is action 1.
   */
  int action() {
    return action >= 0 ? action : resetRequired ? 1 : answered() ? 0 : -1;
  }

  private void batch(GpuHandle gpu) {
    if (!can(gpu, Reading.FIELDS)) {
      return;
    }
    fields.clear();
    for (Field field : Field.ALL) {
      if ((gpu.unsupportedFields & field.bit()) == 0) {
        fields.add(field.id);
      }
    }
    if (fields.count() == 0 || !good(gpu, Reading.FIELDS, nvml.fieldValues(gpu.pointer, fields))) {
      return;
    }
    // The call as a whole succeeds on a dead GPU too: only its values tell.
    answered = false;
    int i = 0;
    for (Field field : Field.ALL) {
      if ((gpu.unsupportedFields & field.bit()) == 0) {
        take(gpu, field, i++);
      }
    }
  }

  private void take(GpuHandle gpu, Field field, int i) {
    NvmlReturn status = fields.status(i);
    note(status, "field " + field.id);
    if (status.never() || status == NvmlReturn.INVALID_ARGUMENT) {
      gpu.unsupportedFields |= field.bit();
    } else if (status.ok() && field == Field.RECOVERY_ACTION) {
      action = (int) fields.value(i);
    } else if (status.ok() && field.metric != null) {
      put(field.metric, fields.value(i) / field.divisor);
    }
  }

  private void utilization(GpuHandle gpu) {
    if (can(gpu, Reading.UTILIZATION)
        && good(gpu, Reading.UTILIZATION, nvml.get(Reading.UTILIZATION.symbol, gpu.pointer, out))) {
      put(Metric.UTILIZATION, unsigned(out, Layout.Utilization.GPU) / PERCENT);
      put(Metric.MEMORY_UTILIZATION, unsigned(out, Layout.Utilization.MEMORY) / PERCENT);
    }
    put(Metric.ENCODER_UTILIZATION, engine(gpu, Reading.ENCODER));
    put(Metric.DECODER_UTILIZATION, engine(gpu, Reading.DECODER));
  }

  private double engine(GpuHandle gpu, Reading reading) {
    return can(gpu, reading)
            && good(gpu, reading, nvml.get(reading.symbol, gpu.pointer, out, second))
        ? unsigned(out, 0) / PERCENT
        : Double.NaN;
  }

  private void memory(GpuHandle gpu) {
    if (can(gpu, Reading.MEMORY_V2)) {
      out.setInt(0, Layout.MemoryV2.VERSION);
      if (good(gpu, Reading.MEMORY_V2, nvml.get(Reading.MEMORY_V2.symbol, gpu.pointer, out))) {
        put(Metric.MEMORY_TOTAL, bytes(Layout.MemoryV2.TOTAL));
        put(Metric.MEMORY_RESERVED, bytes(Layout.MemoryV2.RESERVED));
        put(Metric.MEMORY_FREE, bytes(Layout.MemoryV2.FREE));
        put(Metric.MEMORY_USED, bytes(Layout.MemoryV2.USED));
      }
    }
    if (gpu.unsupported.contains(Reading.MEMORY_V2)
        && can(gpu, Reading.MEMORY)
        && good(gpu, Reading.MEMORY, nvml.get(Reading.MEMORY.symbol, gpu.pointer, out))) {
      put(Metric.MEMORY_TOTAL, bytes(Layout.Memory.TOTAL));
      put(Metric.MEMORY_FREE, bytes(Layout.Memory.FREE));
      put(Metric.MEMORY_USED, bytes(Layout.Memory.USED));
    }
  }

  private void temperature(GpuHandle gpu) {
    if (can(gpu, Reading.TEMPERATURE_V)) {
      out.setInt(0, Layout.Temperature.VERSION);
      out.setInt(Layout.Temperature.SENSOR, 0);
      if (good(
          gpu, Reading.TEMPERATURE_V, nvml.get(Reading.TEMPERATURE_V.symbol, gpu.pointer, out))) {
        put(Metric.TEMPERATURE, out.getInt(Layout.Temperature.TEMPERATURE));
      }
    }
    if (gpu.unsupported.contains(Reading.TEMPERATURE_V)) {
      put(Metric.TEMPERATURE, number(gpu, Reading.TEMPERATURE));
    }
  }

  private void insteadOfFields(GpuHandle gpu) {
    if (without(gpu, Field.POWER)) {
      put(Metric.POWER, number(gpu, Reading.POWER) / Field.POWER.divisor);
    }
    if (without(gpu, Field.POWER_LIMIT)) {
      put(Metric.POWER_LIMIT, number(gpu, Reading.POWER_LIMIT) / Field.POWER_LIMIT.divisor);
    }
    if (without(gpu, Field.ENERGY)
        && can(gpu, Reading.ENERGY)
        && good(gpu, Reading.ENERGY, nvml.get(Reading.ENERGY.symbol, gpu.pointer, out))) {
      put(Metric.ENERGY, bytes(0) / Field.ENERGY.divisor);
    }
    if (without(gpu, Field.ECC_CORRECTED)) {
      put(Metric.ECC_CORRECTED, eccErrors(gpu, Reading.ECC_CORRECTED));
    }
    if (without(gpu, Field.ECC_UNCORRECTED)) {
      put(Metric.ECC_UNCORRECTED, eccErrors(gpu, Reading.ECC_UNCORRECTED));
    }
    if (without(gpu, Field.PCIE_REPLAYS)) {
      put(Metric.PCIE_REPLAYS, number(gpu, Reading.PCIE_REPLAYS));
    }
  }

  private double eccErrors(GpuHandle gpu, Reading reading) {
    return can(gpu, reading)
            && good(
                gpu,
                reading,
                nvml.get(reading.symbol, gpu.pointer, reading.selector, VOLATILE, out))
        ? bytes(0)
        : Double.NaN;
  }

  /** A 32-bit result; NaN when there is none. */
  private double number(GpuHandle gpu, Reading reading) {
    if (!can(gpu, reading)) {
      return Double.NaN;
    }
    NvmlReturn answer =
        reading.selector == Reading.NONE
            ? nvml.get(reading.symbol, gpu.pointer, out)
            : nvml.get(reading.symbol, gpu.pointer, reading.selector, out);
    return good(gpu, reading, answer) && out.getInt(0) != ALL_BITS ? unsigned(out, 0) : Double.NaN;
  }

  private boolean can(GpuHandle gpu, Reading reading) {
    return !isLost() && !stale && !gpu.unsupported.contains(reading);
  }

  private static boolean without(GpuHandle gpu, Field field) {
    return (gpu.unsupportedFields & field.bit()) != 0 || gpu.unsupported.contains(Reading.FIELDS);
  }

  private boolean good(GpuHandle gpu, Reading reading, NvmlReturn answer) {
    note(answer, reading.symbol.function());
    if (answer.never()) {
      gpu.unsupported.add(reading);
    }
    return answer.ok();
  }

  private void note(NvmlReturn answer, String call) {
    switch (answer) {
      case SUCCESS -> answered = true;
      case GPU_IS_LOST -> lost = call + " says that the GPU is lost";
      case RESET_REQUIRED -> resetRequired = true;
      default -> stale |= answer.stale();
    }
  }

  private void put(Metric metric, double value) {
    if (Plausible.check(metric, value)) {
      values.put(metric, value);
    }
  }

  private double bytes(int offset) {
    return FieldValues.unsigned(out.getLong(offset));
  }

  private static double unsigned(Memory memory, int offset) {
    return Integer.toUnsignedLong(memory.getInt(offset));
  }
}
