package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.PciAddress;
import java.util.Set;

/**
 * The NVLinks of one GPU that are up.
 *
 * @param count how many
 * @param toSwitch whether one leads to a switch, behind which all others are
 * @param gpus those at the other end of a link
 */
record NvLinks(int count, boolean toSwitch, Set<PciAddress> gpus) {
  static final NvLinks NONE = new NvLinks(0, false, Set.of());

  NvLinks {
    gpus = Set.copyOf(gpus);
  }
}
