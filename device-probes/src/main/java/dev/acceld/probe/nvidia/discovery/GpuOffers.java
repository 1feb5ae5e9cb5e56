package dev.acceld.probe.nvidia.discovery;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.nvidia.mig.MigCallException;
import dev.acceld.probe.nvidia.mig.MigScan;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.session.NvmlCallException;
import dev.acceld.probe.nvidia.session.NvmlSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What GPUs are offered as, and in which order. */
final class GpuOffers {
  private static final Comparator<Device> ORDER =
      Comparator.comparing(
              (Device d) -> d.common().pci().orElse(new PciAddress(Long.MAX_VALUE, 0, 0, 0)))
          .thenComparing(Device::name);

  private GpuOffers() {}

  /** What a GPU is offered as: whole, and in the partitions that it has or could have. */
  static MigScan.Found partitions(MigScan mig, NvmlSession session, Pointer pointer, Gpu gpu)
      throws NvmlCallException {
    try {
      Memory out = new Memory(8);
      int architecture =
          session.nvml().get(Symbol.ARCHITECTURE, pointer, out).ok() ? out.getInt(0) : 0;
      return mig.look(session.nvml(), pointer, gpu, architecture);
    } catch (MigCallException e) {
      throw new NvmlCallException(e.symbol().function(), e.answer());
    }
  }

  /**
   * Whole GPUs and partitions that there are first, by their place on the bus. Then what can be
   * made, the last GPU's first: so whole GPUs stay free at the front while others are cut up.
   */
  static List<Device> inOrder(List<MigScan.Found> found) {
    found.sort((a, b) -> ORDER.compare(a.whole(), b.whole()));
    List<Device> devices = new ArrayList<>();
    for (MigScan.Found gpu : found) {
      devices.add(gpu.whole());
      gpu.partitions().stream().filter(part -> !part.onDemand()).forEach(devices::add);
    }
    for (MigScan.Found gpu : found.reversed()) {
      gpu.partitions().stream().filter(MigDevice::onDemand).forEach(devices::add);
    }
    return devices;
  }
}
