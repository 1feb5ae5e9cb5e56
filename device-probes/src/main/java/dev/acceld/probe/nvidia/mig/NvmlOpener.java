package dev.acceld.probe.nvidia.mig;

import dev.acceld.device.PciAddress;
import dev.acceld.probe.ProbeFailedException;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.nvidia.nvml.Nvml;
import java.util.Optional;
import java.util.Set;

/** Finds, loads and initialises the library; whoever gets it shuts it down and closes it. */
@FunctionalInterface
public interface NvmlOpener {

  /**
   * Opens it.
   *
   * @throws ProbeUnavailableException when there is no driver
   * @throws ProbeFailedException when it does not work
   */
  Nvml open() throws ProbeUnavailableException, ProbeFailedException;

  /** The only GPUs that may be touched while others are released; empty when none is. */
  default Optional<Set<PciAddress>> only() {
    return Optional.empty();
  }
}
