package dev.acceld.probe;

/**
 * A vendor's devices in a running agent.
 *
 * @param probe finds and reads them; closed by whoever runs it
 * @param access what containers need to use them, and the configuration that claims may carry
 * @param control makes devices for claims and unmakes them after; {@link DeviceControl#NONE} where
 *     all are used as they are
 */
public record VendorRuntime(Probe probe, AccessPlanner access, DeviceControl control) {}
