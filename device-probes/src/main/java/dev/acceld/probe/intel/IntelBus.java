package dev.acceld.probe.intel;

import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Intel's graphics functions on the PCI bus.
 *
 * @param gpus discrete GPUs, to be offered
 * @param integrated parts of processors: they have no memory of their own, and nobody who asks for
 *     a GPU expects one
 * @param virtual virtual functions of SR-IOV: this version does not offer them
 */
record IntelBus(List<PciFunction> gpus, List<PciFunction> integrated, List<PciFunction> virtual) {
  private static final int INTEL = 0x8086;

  /** Class and subclass: VGA controller, and display controller without VGA. */
  private static final int VGA = 0x0300;

  private static final int DISPLAY = 0x0380;

  /** Takes copies. */
  IntelBus {
    gpus = List.copyOf(gpus);
    integrated = List.copyOf(integrated);
    virtual = List.copyOf(virtual);
  }

  /** What there is now. */
  static IntelBus look(HostFs host, PciDevices pci) {
    List<PciFunction> gpus = new ArrayList<>();
    List<PciFunction> integrated = new ArrayList<>();
    List<PciFunction> virtual = new ArrayList<>();
    for (PciFunction function : pci.of(INTEL, IntelBus::isGraphics)) {
      if (host.exists(IntelNodes.directory(function.address()) + "/physfn")) {
        virtual.add(function);
      } else {
        (IntelProducts.isIntegrated(function) ? integrated : gpus).add(function);
      }
    }
    return new IntelBus(gpus, integrated, virtual);
  }

  /** The same, with those to be integrated that look like cards by their ids alone. */
  IntelBus integrating(Predicate<PciFunction> which) {
    Map<Boolean, List<PciFunction>> parts = gpus.stream().collect(Collectors.partitioningBy(which));
    List<PciFunction> more = new ArrayList<>(integrated);
    more.addAll(parts.getOrDefault(true, List.of()));
    return new IntelBus(parts.getOrDefault(false, List.of()), more, virtual);
  }

  private static boolean isGraphics(int classCode) {
    int kind = classCode >>> 8;
    return kind == VGA || kind == DISPLAY;
  }

  /** What is there and not offered, one sentence each. */
  List<String> leftOut() {
    List<String> all = new ArrayList<>();
    if (!integrated.isEmpty()) {
      all.add("integrated Intel GPUs are not offered: " + addresses(integrated));
    }
    if (!virtual.isEmpty()) {
      all.add("virtual functions (SR-IOV) of Intel GPUs are not offered: " + addresses(virtual));
    }
    return all;
  }

  private static String addresses(List<PciFunction> functions) {
    return functions.stream().map(f -> f.address().toString()).collect(Collectors.joining(", "));
  }
}
