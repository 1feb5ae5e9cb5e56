package dev.acceld.probe.tpu;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What Google's product pages say of one chip (Cloud TPU documentation, pages v3 to TPU7x). A
 * number that they do not give is 0 here, and no attribute of a device.
 *
 * @param memoryGib of the whole chip
 * @param tensorCores of a chip
 * @param sparseCores of a chip
 * @param bf16 peak TFLOPS
 * @param int8 peak TOPS
 * @param fp8 peak TFLOPS
 * @param iciLinks ports to other chips
 */
record TpuSpecs(
    int memoryGib, int tensorCores, int sparseCores, int bf16, int int8, int fp8, int iciLinks) {
  static final TpuSpecs UNKNOWN = new TpuSpecs(0, 0, 0, 0, 0, 0, 0);

  OptionalLong memoryBytes() {
    return memoryGib == 0 ? OptionalLong.empty() : OptionalLong.of((long) memoryGib << 30);
  }

  /** A number of several chips; empty when it is not known. */
  static OptionalInt of(int number, int chips) {
    return number == 0 ? OptionalInt.empty() : OptionalInt.of(number * chips);
  }
}
