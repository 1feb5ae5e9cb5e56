package dev.acceld.probe.intel;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Sample;
import dev.acceld.host.PciFunction;
import java.util.List;
import java.util.OptionalLong;

/** A GPU that was usable at the last discovery, or before. One thread. */
final class KnownGpu {
  /**
   * How its driver shows it.
   *
   * @param identity tells whether the driver was loaded for it anew
   * @param sensors where they are
   */
  record Layout(OptionalLong identity, String driver, String sensors) {

    /** Whether both tell, and it is not the same. */
    boolean isAnew(Layout before) {
      return identity.isPresent()
          && before.identity.isPresent()
          && !identity.equals(before.identity);
    }
  }

  final PciAddress at;

  /** The PCI device id: another card in its place may have another. */
  final int id;

  /** Those whose PCIe links and errors are the card's, the one with the card's link first. */
  final List<PciAddress> functions;

  final Layout layout;
  final IntelSampler sampler;
  Gpu device;

  /** Whether the driver has declared it wedged, as far as it could be asked. */
  boolean wedged;

  /** Whether it was told since the last discovery that it is not. */
  boolean fineTold;

  Sample last = Sample.EMPTY;

  KnownGpu(
      Gpu device,
      PciFunction gpu,
      List<PciAddress> functions,
      Layout layout,
      IntelSampler sampler) {
    this.device = device;
    this.at = gpu.address();
    this.id = gpu.device();
    this.functions = List.copyOf(functions);
    this.layout = layout;
    this.sampler = sampler;
  }

  DeviceName name() {
    return device.name();
  }
}
