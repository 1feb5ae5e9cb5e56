package dev.acceld.probe.amd;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What AMD's data sheets say of a product, by PCI device id (pci.ids). Peak rates without sparsity,
 * of one device: a board with two chips is two devices.
 *
 * @param name of the product, for a GPU that does not tell it
 * @param bf16Teraflops of matrix engines
 * @param fp8Teraflops the same; empty for a GPU without that format
 * @param int8Teraops the same
 * @param bandwidthGbps of the memory, in 10^9 bytes a second
 */
record AmdSpecs(
    String name,
    OptionalInt bf16Teraflops,
    OptionalInt fp8Teraflops,
    OptionalInt int8Teraops,
    OptionalInt bandwidthGbps) {
  private static final Map<Integer, AmdSpecs> ALL =
      Map.ofEntries(
          Map.entry(0x738c, of("AMD Instinct MI100", 92, 0, 184, 1229)),
          Map.entry(0x7408, of("AMD Instinct MI250X", 191, 0, 191, 1638)),
          Map.entry(0x740c, of("AMD Instinct MI250X / MI250", 0, 0, 0, 1638)),
          Map.entry(0x740f, of("AMD Instinct MI210", 181, 0, 181, 1638)),
          Map.entry(0x74a0, of("AMD Instinct MI300A", 981, 1961, 1961, 5300)),
          Map.entry(0x74a1, of("AMD Instinct MI300X", 1307, 2615, 2615, 5300)),
          Map.entry(0x74a2, of("AMD Instinct MI308X", 0, 0, 0, 0)),
          Map.entry(0x74a5, of("AMD Instinct MI325X", 1307, 2615, 2615, 6000)),
          Map.entry(0x75a0, of("AMD Instinct MI350X", 2307, 4614, 4614, 8000)),
          Map.entry(0x75a3, of("AMD Instinct MI355X", 2517, 5033, 5033, 8000)));

  private static AmdSpecs of(String name, int bf16, int fp8, int int8, int bandwidth) {
    return new AmdSpecs(name, known(bf16), known(fp8), known(int8), known(bandwidth));
  }

  private static OptionalInt known(int value) {
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** Of the product with that device id, if it is known. */
  static Optional<AmdSpecs> of(int deviceId) {
    return Optional.ofNullable(ALL.get(deviceId));
  }
}
