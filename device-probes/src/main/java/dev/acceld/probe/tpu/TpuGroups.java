package dev.acceld.probe.tpu;

import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a chip's IOMMU groups hold besides the chip itself. VFIO gives out a group as a whole: who
 * opens {@code /dev/vfio/7} reaches everything in group 7.
 */
final class TpuGroups {
  /** The upper byte of the class of bridges, which VFIO tolerates in a group. */
  private static final int BRIDGE = 0x06;

  private final PciDevices pci;

  TpuGroups(HostFs host) {
    this.pci = new PciDevices(host);
  }

  /**
   * The slots of the other chips in the same groups.
   *
   * @throws TpuFiles.UnusableChipException when a group holds a function that is no TPU: it would
   *     be given out with the chip
   */
  Set<String> siblings(List<PciFunction> functions) throws TpuFiles.UnusableChipException {
    String own = functions.getFirst().address().slot();
    Set<String> siblings = new TreeSet<>();
    for (PciFunction function : functions) {
      if (function.iommuGroup().isEmpty()) {
        continue;
      }
      int group = function.iommuGroup().getAsInt();
      for (PciFunction other : pci.inGroup(group)) {
        if (other.address().slot().equals(own) || other.baseClass() == BRIDGE) {
          continue;
        }
        if (other.vendor() != TpuGeneration.GOOGLE || TpuGeneration.of(other).isEmpty()) {
          throw new TpuFiles.UnusableChipException(
              "IOMMU group %d holds %s too (class 0x%06x), which a pod would get with the chip; put"
                      .formatted(group, other.address(), other.classCode())
                  + " it into a separate group (ACS in the firmware, or another slot)");
        }
        siblings.add(other.address().slot());
      }
    }
    return siblings;
  }

  /** Their names, for a sentence. */
  static String names(Set<String> slots) {
    return slots.stream()
        .map(slot -> TpuDevices.nameOf(slot).value())
        .collect(Collectors.joining(", "));
  }
}
