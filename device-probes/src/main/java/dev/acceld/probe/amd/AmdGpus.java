package dev.acceld.probe.amd;

import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.amd.sampling.GpuMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** AMD's GPUs on the PCI bus, whatever drives them. Reads sysfs. */
final class AmdGpus {
  private static final int AMD = 0x1002;
  private static final int DISPLAY = 0x03;

  /** Processing accelerators: an Instinct without display. */
  private static final int ACCELERATOR = 0x1200;

  private static final int HEADER_BYTES = 8192;

  private final HostFs host;
  private final PciDevices pci;

  /** Of that host. */
  AmdGpus(HostFs host, PciDevices pci) {
    this.host = host;
    this.pci = pci;
  }

  /**
   * All GPUs.
   *
   * @param offered those that may be offered
   * @param integrated graphics that are part of a processor
   */
  record Found(List<PciFunction> offered, List<PciFunction> integrated) {}

  /** {@code amd-0000-05-00-0} for the function {@code 0000:05:00.0}. */
  static DeviceName nameOf(PciAddress at) {
    return new DeviceName("amd-" + at.toString().replace(':', '-').replace('.', '-'));
  }

  /** Its directory, with a slash at its end. */
  static String directory(PciAddress at) {
    return "/sys/bus/pci/devices/" + at + "/";
  }

  /**
   * Those that are there now, by place.
   *
   * @param kfd what the compute driver says of them
   * @param all whether integrated graphics are offered, too
   */
  Found find(Map<PciAddress, KfdNode> kfd, boolean all) {
    List<PciFunction> offered = new ArrayList<>();
    List<PciFunction> integrated = new ArrayList<>();
    for (PciFunction function : pci.of(AMD)) {
      if (function.baseClass() == DISPLAY || function.classCode() >>> 8 == ACCELERATOR) {
        boolean part =
            !all && isIntegrated(function, Optional.ofNullable(kfd.get(function.address())));
        (part ? integrated : offered).add(function);
      }
    }
    return new Found(offered, integrated);
  }

  /**
   * The firmware of integrated graphics has a form of metrics of its own; only where there are no
   * metrics the compute driver's word counts, for an MI300A shares a node with processor cores,
   * too.
   */
  private boolean isIntegrated(PciFunction function, Optional<KfdNode> node) {
    GpuMetrics.Form form =
        host.file(directory(function.address()) + "gpu_metrics")
            .read(HEADER_BYTES, GpuMetrics::form, GpuMetrics.Form.UNKNOWN);
    return switch (form) {
      case DISCRETE -> false;
      case INTEGRATED -> true;
      case UNKNOWN -> node.filter(n -> n.cpuCores() > 0).isPresent();
    };
  }
}
