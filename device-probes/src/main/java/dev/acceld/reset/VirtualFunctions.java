package dev.acceld.reset;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.util.Optional;

/** Virtual functions (SR-IOV) of a physical one: whoever uses them loses them with its driver. */
public final class VirtualFunctions {
  private VirtualFunctions() {}

  /** How many are enabled now; 0 for a function that cannot have any. Reads one file. */
  public static long count(HostFs host, PciAddress function) {
    return Math.max(0, host.number(file(function)).orElse(0));
  }

  /** Why a function that has some cannot be reset. */
  static Optional<String> refusal(HostFs host, PciAddress function) {
    long count = count(host, function);
    return count == 0
        ? Optional.empty()
        : Optional.of(
            "it has virtual functions ("
                + count
                + "); remove them first: write 0 to "
                + file(function));
  }

  private static String file(PciAddress function) {
    return "/sys/bus/pci/devices/" + function + "/sriov_numvfs";
  }
}
