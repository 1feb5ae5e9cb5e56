package dev.acceld.probe.amd;

import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.amd.sampling.GpuMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * AMD's GPUs on the PCI bus, whatever drives them. Reads sysfs, and remembers what the firmware of
 * each has said of itself: a read that fails makes no other GPU of it. Not safe for threads.
 */
final class AmdGpus {
  private static final int AMD = 0x1002;
  private static final int DISPLAY = 0x03;

  /** Processing accelerators: an Instinct without display. */
  private static final int ACCELERATOR = 0x1200;

  /** A plain graphics card, and whatever else drives a screen. */
  private static final int VGA = 0x0300;

  private static final int HEADER_BYTES = 8192;

  private final HostFs host;
  private final PciDevices pci;
  private final Map<PciAddress, Told> told = new HashMap<>();

  private record Told(int deviceId, GpuMetrics.Form form) {}

  private enum Sort {
    GPU,
    INTEGRATED,
    PLAIN_DISPLAY
  }

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
   * @param displays that nothing shows to be able to compute
   */
  record Found(
      List<PciFunction> offered, List<PciFunction> integrated, List<PciFunction> displays) {}

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
   * @param usable those that were found to be usable GPUs before, and are GPUs still
   */
  Found find(Map<PciAddress, KfdNode> kfd, boolean all, Set<PciAddress> usable) {
    List<PciFunction> offered = new ArrayList<>();
    List<PciFunction> integrated = new ArrayList<>();
    List<PciFunction> displays = new ArrayList<>();
    for (PciFunction function : pci.of(AMD, AmdGpus::isGpu)) {
      PciAddress at = function.address();
      switch (usable.contains(at) ? Sort.GPU : sort(function, kfd.get(at))) {
        case GPU -> offered.add(function);
        case INTEGRATED -> (all ? offered : integrated).add(function);
        case PLAIN_DISPLAY -> displays.add(function);
      }
    }
    return new Found(offered, integrated, displays);
  }

  private static boolean isGpu(int classCode) {
    return classCode >>> 16 == DISPLAY || classCode >>> 8 == ACCELERATOR;
  }

  /** Whether the bus has no other GPU of AMD's. */
  static boolean isOnly(PciAddress at, HostFs host) {
    return new PciDevices(host)
        .of(AMD, AmdGpus::isGpu).stream().allMatch(gpu -> gpu.address().equals(at));
  }

  /**
   * The firmware of integrated graphics has a form of metrics of its own; only where there are no
   * metrics the compute driver's word counts, for an MI300A shares a node with processor cores,
   * too. Where that driver says nothing either, the class decides: a server's management controller
   * is a display of AMD's, too.
   */
  private Sort sort(PciFunction function, @Nullable KfdNode node) {
    if (function.classCode() >>> 8 == ACCELERATOR || AmdSpecs.of(function.device()).isPresent()) {
      return Sort.GPU;
    }
    return switch (form(function)) {
      case DISCRETE -> Sort.GPU;
      case INTEGRATED -> Sort.INTEGRATED;
      case UNKNOWN -> {
        if (node != null) {
          yield node.cpuCores() > 0 ? Sort.INTEGRATED : Sort.GPU;
        }
        yield function.classCode() >>> 8 == VGA ? Sort.PLAIN_DISPLAY : Sort.GPU;
      }
    };
  }

  private GpuMetrics.Form form(PciFunction function) {
    PciAddress at = function.address();
    GpuMetrics.Form form =
        host.file(directory(at) + "gpu_metrics")
            .read(HEADER_BYTES, GpuMetrics::form, GpuMetrics.Form.UNKNOWN);
    if (form != GpuMetrics.Form.UNKNOWN) {
      told.put(at, new Told(function.device(), form));
      return form;
    }
    Told before = told.get(at);
    return before != null && before.deviceId == function.device() ? before.form : form;
  }
}
