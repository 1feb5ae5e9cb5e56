package dev.acceld.probe.tpu;

import dev.acceld.device.PciAddress;
import dev.acceld.device.TpuChip;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.AccessRefusedException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Chips that can only be given out together, since they share an IOMMU group. */
final class TpuUnits {
  private final PciDevices pci;
  private final TpuGroups groups;

  TpuUnits(HostFs fs) {
    pci = new PciDevices(fs);
    groups = new TpuGroups(fs);
  }

  /**
   * Whoever gets an IOMMU group gets all chips that are in it.
   *
   * @throws AccessRefusedException naming the chips that would be given out with these
   */
  void check(List<TpuChip> chips) throws AccessRefusedException {
    Set<String> given =
        chips.stream()
            .flatMap(chip -> chip.common().pci().stream())
            .map(PciAddress::slot)
            .collect(Collectors.toSet());
    for (TpuChip chip : chips) {
      if (chip.common().files().stream().noneMatch(file -> file.path().startsWith("/dev/vfio/"))) {
        continue;
      }
      Set<String> others = siblings(chip);
      others.removeAll(given);
      if (!others.isEmpty()) {
        throw new AccessRefusedException(
            chip.name()
                + " is in one IOMMU group with "
                + TpuGroups.names(others)
                + ", so a pod that gets one could use the others: request all of them in one"
                + " request, or separate the groups (ACS in the firmware)");
      }
    }
  }

  private Set<String> siblings(TpuChip chip) throws AccessRefusedException {
    List<PciFunction> own =
        chip.common().pci().stream()
            .flatMap(at ->
                pci.of(TpuGeneration.GOOGLE).stream()
                    .filter(f -> f.address().slot().equals(at.slot())))
            .toList();
    try {
      return own.isEmpty() ? new TreeSet<>() : groups.siblings(own);
    } catch (TpuFiles.UnusableChipException e) {
      throw new AccessRefusedException(chip.name() + ": " + e.getMessage());
    }
  }
}
