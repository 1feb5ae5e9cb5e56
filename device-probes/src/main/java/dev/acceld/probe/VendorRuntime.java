package dev.acceld.probe;

import dev.acceld.reset.DeviceReset;
import java.util.Optional;

/**
 * A vendor's devices in a running agent.
 *
 * @param probe finds and reads them; closed by whoever runs it
 * @param access what containers need to use them, and the configuration that claims may carry
 * @param control makes devices for claims and unmakes them after; {@link DeviceControl#NONE} where
 *     all are used as they are
 * @param reset how they are reset in place; empty where no way is known
 */
public record VendorRuntime(
    Probe probe, AccessPlanner access, DeviceControl control, Optional<DeviceReset> reset) {

  /** Of devices that cannot be reset in place. */
  public VendorRuntime(Probe probe, AccessPlanner access, DeviceControl control) {
    this(probe, access, control, Optional.empty());
  }
}
