package dev.acceld.probe.intel;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a card is plugged in. Intel's cards have a PCIe switch, and the GPU's own link, to that
 * switch, is said to be one lane of the first generation, whatever the slot gives: what counts is
 * the link of the switch's upstream port, two levels up. Intel's Level Zero takes the same way.
 */
final class CardPort {
  private static final int INTEL = 0x8086;
  private static final int BRIDGE = 0x0604;

  private CardPort() {}

  /**
   * The functions whose link and errors are those of the card, the one with the link to the slot
   * first; the GPU alone where there is no such switch, as in a virtual machine.
   */
  static List<PciAddress> functions(HostFs host, PciDevices pci, PciAddress gpu) {
    List<PciAddress> above = above(host, gpu);
    int count = above.size();
    // Above the switch, there is a port of the host at least: otherwise it is the host's own.
    boolean hasSwitch =
        count >= 3 && isBridge(pci, above.get(count - 1)) && isBridge(pci, above.get(count - 2));
    return hasSwitch ? List.of(above.get(count - 2), gpu) : List.of(gpu);
  }

  /** The bridges above a function, from the root on: the directories that its own is in. */
  private static List<PciAddress> above(HostFs host, PciAddress gpu) {
    List<PciAddress> bridges = new ArrayList<>();
    String link = host.link(IntelNodes.directory(gpu)).orElse("");
    for (String part : link.split("/", -1)) {
      PciAddress.parse(part).filter(at -> !at.equals(gpu)).ifPresent(bridges::add);
    }
    return bridges;
  }

  private static boolean isBridge(PciDevices pci, PciAddress at) {
    Optional<PciFunction> function = pci.find(at);
    return function.isPresent()
        && function.get().vendor() == INTEL
        && function.get().classCode() >>> 8 == BRIDGE;
  }
}
