package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.PciAddress;
import java.util.Optional;
import java.util.Set;

/**
 * The NVLinks of one GPU that are up.
 *
 * @param count how many
 * @param version such as {@code 4.0}
 * @param toSwitch whether one leads to a switch, behind which all others are
 * @param gpus those at the other end of a link
 */
record NvLinks(int count, Optional<String> version, boolean toSwitch, Set<PciAddress> gpus) {
  static final NvLinks NONE = new NvLinks(0, Optional.empty(), false, Set.of());

  NvLinks {
    gpus = Set.copyOf(gpus);
  }
}
