package dev.acceld.probe.nvidia.mig;

import dev.acceld.probe.ProbeFailure;
import dev.acceld.probe.ProbeUnavailable;
import dev.acceld.probe.nvidia.nvml.Nvml;

/** Finds, loads and initialises the library; whoever gets it shuts it down and closes it. */
@FunctionalInterface
public interface NvmlOpener {

  /**
   * Opens it.
   *
   * @throws ProbeUnavailable when there is no driver
   * @throws ProbeFailure when it does not work
   */
  Nvml open() throws ProbeUnavailable, ProbeFailure;
}
