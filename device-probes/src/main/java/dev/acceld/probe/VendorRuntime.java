package dev.acceld.probe;

import dev.acceld.reset.DeviceReset;
import dev.acceld.selftest.DeviceSelfTest;
import java.util.Optional;

/**
 * A vendor's devices in a running agent.
 *
 * @param probe finds and reads them; closed by whoever runs it
 * @param access what containers need to use them, and the configuration that claims may carry
 * @param control makes devices for claims and unmakes them after; {@link DeviceControl#NONE} where
 *     all are used as they are
 * @param reset how they are reset in place; empty where no way is known
 * @param selfTest how they are tested before their first use; empty where there is no cheap test
 */
public record VendorRuntime(
    Probe probe,
    AccessPlanner access,
    DeviceControl control,
    Optional<DeviceReset> reset,
    Optional<DeviceSelfTest> selfTest) {

  /** Of devices that can be neither reset in place nor tested. */
  public VendorRuntime(Probe probe, AccessPlanner access, DeviceControl control) {
    this(probe, access, control, Optional.empty(), Optional.empty());
  }
}
